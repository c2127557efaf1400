//! Simulated fleets of toys: time is a number, nothing is sent, and each course follows from a seed.

pub mod ageing;
pub mod presence;

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.share()
    }

    /// How often something happens that happens so often on the average (Knuth).
    pub fn times(&mut self, mean: f64) -> u32 {
        let (limit, mut product, mut times) = ((-mean).exp(), self.share(), 0);
        while product > limit {
            product *= self.share();
            times += 1;
        }
        times
    }
}
