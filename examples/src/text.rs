//! Three ways to look at a text that cost real work: its measures, its vocabulary, its sketch.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// How large a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Lines.
    pub lines: usize,
    /// Words: runs of letters, digits and `_`.
    pub words: usize,
    /// Characters of the longest line.
    pub longest: usize,
}

impl Measure {
    /// Measures a text.
    pub fn of(text: &str) -> Self {
        Self {
            lines: text.lines().count(),
            words: words(text).count(),
            longest: text.lines().map(|line| line.chars().count()).max().unwrap_or(0),
        }
    }
}

/// Which words a text is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Vocabulary {
    /// Different words, upper and lower case alike.
    pub distinct: usize,
    /// The most frequent word of at least four letters, and how often it stands there.
    pub favourite: Option<(String, usize)>,
    /// Bits per word that a perfect code would need: low where a text repeats itself.
    pub entropy: f64,
}

impl Vocabulary {
    /// Counts the words of a text.
    pub fn of(text: &str) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for word in words(text) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
        let total = counts.values().sum::<usize>() as f64;
        let entropy =
            counts.values().map(|&count| count as f64 / total).map(|share| -share * share.log2()).sum();
        let favourite = counts
            .iter()
            .filter(|(word, _)| word.chars().count() >= 4)
            .max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)))
            .map(|(word, count)| (word.clone(), *count));
        Self { distinct: counts.len(), favourite, entropy }
    }
}

/// A fixed-size summary by which two texts can be compared: for each of 64 orders of all possible word triples, the
/// first one that stands in the text (a MinHash).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch([u64; 64]);

impl Sketch {
    /// Sketches a text; one of fewer than three words is like every other such text.
    pub fn of(text: &str) -> Self {
        let mut least = [u64::MAX; 64];
        let words: Vec<&str> = words(text).collect();
        for triple in words.windows(3) {
            let mut hasher = DefaultHasher::new();
            triple.hash(&mut hasher);
            let mut order = hasher.finish();
            for slot in &mut least {
                order = order.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                *slot = (*slot).min(order ^ (order >> 29));
            }
        }
        Self(least)
    }

    /// The share of word triples two texts have in common, from 0 to 1, give or take a tenth.
    pub fn resemblance(&self, other: &Self) -> f64 {
        let alike = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        alike as f64 / self.0.len() as f64
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_count_words_lines_and_the_longest_line() {
        assert_eq!(Measure::of("one two\nthree_3!\n"), Measure { lines: 2, words: 3, longest: 8 });
    }

    #[test]
    fn the_favourite_is_the_most_frequent_long_word() {
        let vocabulary = Vocabulary::of("the larder, the cellar; a Larder");
        assert_eq!(vocabulary.favourite, Some(("larder".to_owned(), 2)));
        assert_eq!(vocabulary.distinct, 4);
    }

    #[test]
    fn alike_texts_have_alike_sketches() {
        let text = |from: usize| (from..from + 400).map(|n| format!("word{n} ")).collect::<String>();
        let (a, near, far) = (Sketch::of(&text(0)), Sketch::of(&text(20)), Sketch::of(&text(1000)));
        assert!(a.resemblance(&near) > 0.7);
        assert!(a.resemblance(&far) < 0.1);
    }
}
