//! The story's place in an HTML page: which element holds it, and what the rest is.
//!
//! Every element is worth the running text under it, less its menus and links; the story is in
//! the element worth most. Class and id words say what the other blocks are, but only of blocks
//! that hold a small part of the page's text: `has-sidebar` on the body means nothing.

use super::called::Called;
use super::features::Line;
use super::hints::Role;
use super::rules::Verdict;
use super::stated::Stated;
use crate::article::{Article, Kind, Layout};

/// A page, and what its elements are worth.
pub struct Page<'a> {
    layout: &'a Layout,
    lines: &'a [Line],
    pub called: Called,
    /// For each element, what its own hints say of it, where they are to be believed.
    pub roles: Vec<Option<Role>>,
    /// For each element, the nearest block around it that is no story.
    pub side: Vec<Option<usize>>,
    /// For each element, whether it lies in one that calls itself the story's text.
    pub body: Vec<bool>,
    /// For each paragraph, what it is worth to the element that holds it.
    worth: Vec<f32>,
    pub stated: Vec<bool>,
}

impl<'a> Page<'a> {
    pub fn new(
        article: &Article,
        layout: &'a Layout,
        lines: &'a [Line],
        verdicts: &[Verdict],
    ) -> Self {
        let stated = Stated::new(layout.stated_body.as_deref()).covers(article, lines);
        let mut page = Page {
            layout,
            lines,
            called: Called::new(&layout.elements),
            roles: Vec::new(),
            side: Vec::new(),
            body: Vec::new(),
            worth: Vec::new(),
            stated,
        };
        page.roles = page.believed_roles();
        page.side = page.sides();
        page.body = page.bodies();
        page.worth = (0..lines.len()).map(|at| page.worth_of(at, &verdicts[at])).collect();
        page
    }

    pub fn parent(&self, element: usize) -> Option<usize> {
        let parent = self.layout.elements[element].parent? as usize;
        (parent < element).then_some(parent)
    }

    /// The element of a paragraph; the root for one that names none.
    pub fn element(&self, paragraph: usize) -> usize {
        let element = self.layout.paragraph_element.get(paragraph).copied().unwrap_or(0) as usize;
        if element < self.layout.elements.len() { element } else { 0 }
    }

    /// Sums what stands in each element, its children's included.
    pub fn gather(&self, value: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut sums = vec![0.0; self.layout.elements.len()];
        for at in 0..self.lines.len() {
            sums[self.element(at)] += value(at);
        }
        for element in (1..sums.len()).rev() {
            if let Some(parent) = self.parent(element) {
                sums[parent] += sums[element];
            }
        }
        sums
    }

    fn believed_roles(&self) -> Vec<Option<Role>> {
        let prose =
            |at: usize| if self.lines[at].is_prose() { self.lines[at].words as f32 } else { 0.0 };
        let stated = |at: usize| f32::from(u8::from(self.stated[at] && self.lines[at].is_prose()));
        let (prose, stated) = (self.gather(prose), self.gather(stated));
        let most = prose[0] * MOST;
        let role = |at| {
            let role = self.called.role(at);
            role.filter(|role| role.is_story() || (prose[at] <= most && stated[at] < 2.0))
        };
        (0..self.layout.elements.len()).map(role).collect()
    }

    fn sides(&self) -> Vec<Option<usize>> {
        let mut sides: Vec<Option<usize>> = Vec::with_capacity(self.roles.len());
        for element in 0..self.roles.len() {
            let above = self.parent(element).and_then(|parent| sides[parent]);
            sides.push(match self.roles[element] {
                Some(Role::Body) => None,
                Some(Role::Side(_)) => Some(element),
                _ => above,
            });
        }
        sides
    }

    fn worth_of(&self, at: usize, verdict: &Verdict) -> f32 {
        let line = &self.lines[at];
        let words = line.words.min(120) as f32;
        if self.stated[at] && line.words >= 4 {
            return 2.0 * words;
        }
        match () {
            () if self.side[self.element(at)].is_some() => -1.0,
            () if line.kind == Kind::Caption => 0.0,
            () if verdict.hides() => -2.0,
            () if line.is_prose() => words * (1.0 - line.links),
            () if line.is_sentence() => words * 0.6,
            () if line.links > 0.6 => -4.0,
            () if self.body[self.element(at)] => 0.5 * words,
            () if line.kind == Kind::Heading || line.bullet => -1.0,
            () => -2.0,
        }
    }

    /// Whether each element is, or stands in, one that calls itself the story's text.
    fn bodies(&self) -> Vec<bool> {
        let mut bodies: Vec<bool> = Vec::with_capacity(self.roles.len());
        for element in 0..self.roles.len() {
            let above = self.parent(element).is_some_and(|parent| bodies[parent]);
            bodies.push(above || self.roles[element] == Some(Role::Body));
        }
        bodies
    }

    /// The element worth most; of equals the innermost.
    pub fn story(&self) -> Option<usize> {
        let worth = self.gather(|at| self.worth[at]);
        let rated = |element: usize| match self.roles[element] {
            Some(Role::Body) => worth[element] * 1.25,
            Some(Role::Article) => worth[element] * 1.08,
            _ => worth[element],
        };
        let candidates = (0..worth.len()).filter(|&element| worth[element] > 0.0);
        candidates.max_by(|&a, &b| rated(a).total_cmp(&rated(b)).then(a.cmp(&b)))
    }

    pub fn inside(&self, story: usize) -> Vec<bool> {
        let mut inside = vec![false; self.layout.elements.len()];
        for element in story..inside.len() {
            let parent = self.parent(element);
            inside[element] = element == story || parent.is_some_and(|parent| inside[parent]);
        }
        inside
    }
}

/// A block with more than this share of the page's running text holds the story, whatever its
/// name.
pub const MOST: f32 = 0.4;
