//! Random numbers from a seed, for tests that are no property of a value.

/// Numbers that look random, and are the same from the same seed.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Those of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// The seed that a variable of the environment says: a number (1), or `random`.
    #[must_use]
    pub fn seed(variable: &str) -> u64 {
        match std::env::var(variable).ok().as_deref() {
            Some("random") => std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0),
            seed => seed.and_then(|seed| seed.parse().ok()).unwrap_or(1),
        }
    }

    /// A number below this one.
    pub fn below(&mut self, limit: u64) -> u64 {
        // SplitMix64: <https://prng.di.unimi.it/splitmix64.c>
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }

    /// One of these.
    ///
    /// # Panics
    ///
    /// There is none.
    pub fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(of.len() as u64)).unwrap();
        &of[index]
    }
}
