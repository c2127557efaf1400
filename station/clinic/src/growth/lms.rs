//! The LMS method: a measurement against the curve of its age, and back.

/// Below this the power L is zero and the logarithm takes its place; WHO prints L to four decimals.
const NO_POWER: f64 = 1e-9;

/// One row of a table: the power, the median and the coefficient of variation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lms {
    pub l: f64,
    pub m: f64,
    pub s: f64,
}

impl Lms {
    /// The row at `share` of the way to `next`.
    pub fn towards(self, next: Self, share: f64) -> Self {
        let between = |from: f64, to: f64| from + share * (to - from);
        Self { l: between(self.l, next.l), m: between(self.m, next.m), s: between(self.s, next.s) }
    }

    /// The z-score of a length or head circumference.
    pub fn z(self, y: f64) -> f64 {
        if self.l.abs() < NO_POWER {
            (y / self.m).ln() / self.s
        } else {
            ((y / self.m).powf(self.l) - 1.0) / (self.s * self.l)
        }
    }

    /// The measurement at a z-score.
    pub fn at(self, z: f64) -> f64 {
        if self.l.abs() < NO_POWER {
            self.m * (self.s * z).exp()
        } else {
            self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l)
        }
    }

    /// The z-score of a measurement in which weight takes part. Beyond 3 SD the curve is skewed by few children, so
    /// WHO goes on with the distance between the second and the third SD line (WHO 2006, Methods and development, 7).
    pub fn z_weight(self, y: f64) -> f64 {
        let z = self.z(y);
        if z > 3.0 {
            3.0 + (y - self.at(3.0)) / (self.at(3.0) - self.at(2.0))
        } else if z < -3.0 {
            -3.0 + (y - self.at(-3.0)) / (self.at(-2.0) - self.at(-3.0))
        } else {
            z
        }
    }

    /// The measurement at a z-score, for measurements in which weight takes part.
    #[cfg(test)]
    pub fn at_weight(self, z: f64) -> f64 {
        if z > 3.0 {
            self.at(3.0) + (z - 3.0) * (self.at(3.0) - self.at(2.0))
        } else if z < -3.0 {
            self.at(-3.0) + (z + 3.0) * (self.at(-2.0) - self.at(-3.0))
        } else {
            self.at(z)
        }
    }

    /// Whether the SD lines from -3 to 3 are numbers, each above the one before.
    pub fn is_sound(self) -> bool {
        // Between two ends that are numbers the curve rises, because M and S are above zero.
        let [low, high] = [-3.0, 3.0].map(|sd| self.at(sd));
        self.l.is_finite()
            && self.m > 0.0
            && self.s > 0.0
            && low > 0.0
            && low < self.m
            && self.m < high
            && high.is_finite()
    }
}
