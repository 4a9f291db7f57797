//! What the elements of a page are called. A page has a hundred names for its thousand elements, so
//! that each name is looked at once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::fold::{FIRST, mix};
use super::hints::{self, Role};
use crate::article::Element;

pub struct Called {
    /// For each element, the number of its name.
    names: Vec<u32>,
    known: Vec<Name>,
}

/// A tag with its hints.
struct Name {
    role: Option<Role>,
    caption: bool,
    /// Figures left out.
    make: u32,
}

impl Called {
    pub fn new(elements: &[Element]) -> Self {
        let mut numbers: HashMap<(&str, &str), u32, RandomState> = HashMap::default();
        let mut known = Vec::new();
        let mut names = Vec::with_capacity(elements.len());
        for element in elements {
            let name = (element.tag.as_str(), element.hints.as_str());
            let number = numbers.entry(name).or_insert_with(|| {
                let (role, caption) = (hints::role(element), hints::is_caption(element));
                known.push(Name { role, caption, make: make(element) });
                known.len() as u32 - 1
            });
            names.push(*number);
        }
        Self { names, known }
    }

    /// Elements with the same number are called the same.
    pub fn number(&self, element: usize) -> usize {
        self.names[element] as usize
    }

    /// How many names there are.
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// What the element says that it is.
    pub fn role(&self, element: usize) -> Option<Role> {
        self.known[self.number(element)].role
    }

    /// The element says that it is the caption of a picture.
    pub fn is_caption(&self, element: usize) -> bool {
        self.known[self.number(element)].caption
    }

    /// Equal for elements whose names differ in figures only.
    pub fn make(&self, element: usize) -> u32 {
        self.known[self.number(element)].make
    }
}

fn make(element: &Element) -> u32 {
    let bytes = element.tag.bytes().chain([b' ']).chain(element.hints.bytes());
    bytes.filter(|byte| !byte.is_ascii_digit()).fold(FIRST, mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_one_name_are_one() {
        let element =
            |tag: &str, hints: &str| Element { parent: None, tag: tag.into(), hints: hints.into() };
        let elements = [
            element("li", "entry-7"),
            element("li", "entry-12"),
            element("div", "article-body"),
            element("li", "entry-7"),
        ];
        let called = Called::new(&elements);
        assert_eq!(called.count(), 3);
        assert_eq!(called.number(0), called.number(3));
        assert_eq!(called.make(0), called.make(1), "figures tell nothing apart");
        assert_ne!(called.make(0), called.make(2));
        assert_eq!((called.role(2), called.role(0)), (Some(Role::Body), None));
    }
}
