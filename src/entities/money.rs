//! Sums of money by grammar: `$1.65m`, `Rs 3 crore`, `QR608,125`, `5 million dollars`.

use super::gazetteer::Kinds;
use super::tokens::{Shape, Text};

/// The end of the sum that begins at token `at`.
pub fn at(text: &Text, at: usize) -> Option<usize> {
    marked(text, at).or_else(|| counted(text, at))
}

/// Sign or code first: `$5 billion`, `US$6bn`, `Rs 3 crore`.
fn marked(text: &Text, at: usize) -> Option<usize> {
    let code = is_code(text, at);
    let mut next = at;
    if code {
        next += 1 + usize::from(text.is(at + 1, ".") && text.joined(at + 1));
    }
    if text.kinds(next).any(Kinds::SIGN) && (next == at || text.joined(next)) {
        next += 1;
    }
    if next == at || text.shape(next) != Shape::Number {
        return None;
    }
    let end = range(text, scaled(text, next + 1));
    Some(if text.kinds(end).any(Kinds::UNIT) && text.shape(end) == Shape::Lower {
        end + 1
    } else {
        end
    })
}

/// Amount first: `5 million dollars`, `300 pesos`, `1.2 billion €`, `10 000 US dollars`.
fn counted(text: &Text, at: usize) -> Option<usize> {
    if text.shape(at) != Shape::Number
        || at > 0 && text.joined(at) && text.shape(at - 1) == Shape::Sign && text.is(at - 1, "-")
    {
        return None;
    }
    let end = range(text, scaled(text, at + 1));
    let end = scaled(text, end);
    let mut unit = end;
    while unit < end + 2 && text.kinds(unit).any(Kinds::BEFORE_UNIT | Kinds::PLACE | Kinds::GROUP) {
        unit += 1;
    }
    if text.kinds(unit).any(Kinds::UNIT) {
        return Some(unit + 1);
    }
    let sign = text.kinds(end).any(Kinds::SIGN) || is_code(text, end) && text.word(end).len() == 3;
    (sign && text.shape(end + 1) != Shape::Number).then_some(end + 1)
}

fn is_code(text: &Text, at: usize) -> bool {
    let before_sign = text.shape(at) == Shape::Upper || text.shape(at) == Shape::Initial;
    let country = before_sign && text.joined(at + 1) && text.kinds(at + 1).any(Kinds::SIGN);
    country && text.word(at).len() <= 4 || text.kinds(at).any(Kinds::CODE) && text.name_like(at)
}

fn scaled(text: &Text, at: usize) -> usize {
    let one_letter = text.tokens.get(at).is_some_and(|t| t.end - t.start == 1);
    let scale = text.kinds(at).any(Kinds::SCALE) && (!one_letter || text.joined(at));
    at + usize::from(scale)
}

/// `5-10 million`, `$5 to $10`: only the dash joins two amounts of one sum.
fn range(text: &Text, end: usize) -> usize {
    let dash = (text.is(end, "-") || text.is(end, "–")) && text.joined(end);
    if dash && text.joined(end + 1) && text.shape(end + 1) == Shape::Number {
        return scaled(text, end + 2);
    }
    end
}

#[cfg(test)]
mod tests {
    use crate::entities::tests::check;

    #[test]
    fn signs_and_codes() {
        check("They paid [MONEY $1.65m] and [MONEY €1.2 billion].");
        check("It cost [MONEY Rs 3 crore], or [MONEY Rs. 500], or [MONEY QR608,125].");
        check("A gift of [MONEY US$6 billion] arrived.");
    }

    #[test]
    fn amounts_first() {
        check("A fine of [MONEY 5 million dollars] was paid.");
        check("It costs [MONEY 300 pesos] or [MONEY 20 US dollars] now.");
        check("Es kostet [MONEY 20 Euro] oder [MONEY 5 €].");
    }

    #[test]
    fn bare_numbers_are_no_money() {
        check("He sold 300 books and 5 million copies.");
    }
}
