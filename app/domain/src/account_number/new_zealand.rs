//! New Zealand account numbers: bank, branch, account base and suffix, with the modulus check.
//!
//! Source: Inland Revenue, "Resident withholding tax and non-resident withholding tax, filing specification", 2020,
//! chapter 8, "Bank account number validation": which branches each bank has, and the weights of algorithms A to G and X.
//! Banks 05 and 88 and the branches 01-6150, 02-2025 and 04-2014 on are from the Bank Branch Register of Payments NZ.
//! Algorithm C, which no bank uses, is left out.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::compact;
use crate::fault::FieldFault;

/// Bases from here on leave the branch out of the sum (algorithm B instead of A).
const BASE_WITHOUT_BRANCH_MIN: u32 = 990_000;

/// Digits of a base, and one more.
const PLACES: usize = 9;

/// A bank, its branches and its algorithm.
type Bank = (u8, &'static [RangeInclusive<u16>], Algorithm);

/// Sorted by bank.
#[rustfmt::skip]
static BANKS: [Bank; 34] = {
    use Algorithm::{AOrB, D, E, F, G, X};
    [
        (1, &[1..=999, 1100..=1199, 1800..=1899, 6150..=6150], AOrB),
        (2, &[1..=999, 1200..=1299, 2025..=2055], AOrB),
        (3, &[1..=999, 1300..=1399, 1500..=1599, 1700..=1799, 1900..=1999, 7350..=7399], AOrB),
        (4, &[2014..=2024], AOrB),
        (5, &[8884..=8889], AOrB),
        (6, &[1..=999, 1400..=1499], AOrB),
        (8, &[6500..=6599], D),
        (9, &[0..=0], E),
        (10, &[5165..=5169], AOrB),
        (11, &[5000..=6499, 6600..=8999], AOrB),
        (12, &[3000..=3299, 3400..=3499, 3600..=3699], AOrB),
        (13, &[4900..=4999], AOrB),
        (14, &[4700..=4799], AOrB),
        (15, &[3900..=3999], AOrB),
        (16, &[4400..=4499], AOrB),
        (17, &[3300..=3399], AOrB),
        (18, &[3500..=3599], AOrB),
        (19, &[4600..=4649], AOrB),
        (20, &[4100..=4199], AOrB),
        (21, &[4800..=4899], AOrB),
        (22, &[4000..=4049], AOrB),
        (23, &[3700..=3799], AOrB),
        (24, &[4300..=4349], AOrB),
        (25, &[2500..=2599], F),
        (26, &[2600..=2699], G),
        (27, &[3800..=3849], AOrB),
        (28, &[2100..=2149], G),
        (29, &[2150..=2299], G),
        (30, &[2900..=2949], AOrB),
        (31, &[2800..=2849], X),
        (33, &[6700..=6799], F),
        (35, &[2400..=2499], AOrB),
        (38, &[9000..=9499], AOrB),
        (88, &[8800..=8805], AOrB),
    ]
};

#[derive(Clone, Copy)]
enum Algorithm {
    AOrB,
    D,
    E,
    F,
    G,
    X,
}

/// How one algorithm weighs the digits of a number, and what the sum must be a multiple of.
struct Weighing {
    branch: [u32; 4],
    base: [u32; 8],
    suffix: [u32; 4],
    modulus: u32,
    /// Each product is replaced by the sum of its digits, twice (algorithms E and G).
    sums_digits: bool,
}

const WEIGHING_A: Weighing =
    Weighing { branch: [6, 3, 7, 9], base: [0, 0, 10, 5, 8, 4, 2, 1], suffix: [0; 4], modulus: 11, sums_digits: false };
const WEIGHING_B: Weighing = Weighing { branch: [0; 4], ..WEIGHING_A };
const WEIGHING_D: Weighing = Weighing { base: [0, 7, 6, 5, 4, 3, 2, 1], ..WEIGHING_B };
const WEIGHING_E: Weighing =
    Weighing { base: [0, 0, 0, 0, 5, 4, 3, 2], suffix: [0, 0, 0, 1], sums_digits: true, ..WEIGHING_B };
const WEIGHING_F: Weighing = Weighing { base: [0, 1, 7, 3, 1, 7, 3, 1], modulus: 10, ..WEIGHING_B };
const WEIGHING_G: Weighing =
    Weighing { branch: [0; 4], base: [0, 1, 3, 7, 1, 3, 7, 1], suffix: [0, 3, 7, 1], modulus: 10, sums_digits: true };
const WEIGHING_X: Weighing = Weighing { branch: [0; 4], base: [0; 8], suffix: [0; 4], modulus: 1, sums_digits: false };

/// A New Zealand account number whose branch is allotted and whose digits pass the modulus check.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NzAccount {
    bank: u8,
    branch: u16,
    base: u32,
    suffix: u16,
}

impl NzAccount {
    /// The largest account base, eight digits.
    pub const BASE_MAX: u32 = 99_999_999;

    /// Reads `01-0242-0100194-00`: four parts between dashes or blanks, or the digits in one piece: 15 (suffix of two
    /// digits), 16 (of three) or all 18.
    ///
    /// # Errors
    /// `required` for an empty text, `invalid` for another form, `branch` for a branch that no bank has, `check_digit`
    /// when the modulus check fails.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.trim().is_empty() {
            return Err(FieldFault::new("required", "Enter the account number."));
        }
        let (bank, branch, base, suffix) = parts(text).ok_or_else(|| {
            FieldFault::new("invalid", "Enter bank, branch, account and suffix, such as 01-0242-0100194-00.")
        })?;
        Self::new(bank, branch, base, suffix)
    }

    /// The number of these four parts.
    ///
    /// # Errors
    /// `invalid` for a part with too many digits, `branch` for a branch that no bank has, `check_digit` when the modulus
    /// check fails.
    pub fn new(bank: u8, branch: u16, base: u32, suffix: u16) -> Result<Self, FieldFault> {
        if bank > 99 || branch > 9999 || base > Self::BASE_MAX || suffix > 9999 {
            return Err(FieldFault::new("invalid", "Check the account number: one of its parts has too many digits."));
        }
        let Some(algorithm) = algorithm_of(bank, branch) else {
            return Err(FieldFault::new(
                "branch",
                "Check the bank and branch: no bank in New Zealand has this branch.",
            ));
        };
        let account = Self { bank, branch, base, suffix };
        let weighing = weighing_of(algorithm, base);
        let sum = weighing.fixed_sum(branch, suffix).saturating_add(weighing.base_sum(base));
        if !sum.is_multiple_of(weighing.modulus) {
            return Err(FieldFault::new("check_digit", "Check the account number: its digits do not fit together."));
        }
        Ok(account)
    }

    /// All 18 digits: bank 2, branch 4, base 8, suffix 4.
    #[must_use]
    pub fn digits(self) -> String {
        format!("{:02}{:04}{:08}{:04}", self.bank, self.branch, self.base, self.suffix)
    }

    /// True when a bank has this branch.
    #[must_use]
    pub fn has_branch(bank: u8, branch: u16) -> bool {
        algorithm_of(bank, branch).is_some()
    }

    /// How many bases below `base_end` make a valid number at this branch with this suffix; `None` when no bank has the
    /// branch. Takes a fixed number of steps, whatever the numbers.
    pub(super) fn valid_below(bank: u8, branch: u16, suffix: u16, base_end: u32) -> Option<u32> {
        let algorithm = algorithm_of(bank, branch)?;
        let low = weighing_of(algorithm, 0);
        let low_count = low.valid_below(low.fixed_sum(branch, suffix), base_end.min(BASE_WITHOUT_BRANCH_MIN));
        if base_end <= BASE_WITHOUT_BRANCH_MIN {
            return Some(low_count);
        }
        let high = weighing_of(algorithm, BASE_WITHOUT_BRANCH_MIN);
        let fixed_sum = high.fixed_sum(branch, suffix);
        let before_high = high.valid_below(fixed_sum, BASE_WITHOUT_BRANCH_MIN);
        high.valid_below(fixed_sum, base_end).checked_sub(before_high)?.checked_add(low_count)
    }

    /// The valid number of this branch with this suffix that has `rank` valid ones with smaller bases; `None` when there
    /// are not so many, or no bank has the branch. Takes a fixed number of steps, whatever the numbers.
    pub(super) fn valid_at(bank: u8, branch: u16, suffix: u16, rank: u32) -> Option<Self> {
        let algorithm = algorithm_of(bank, branch)?;
        let low_count = Self::valid_below(bank, branch, suffix, BASE_WITHOUT_BRANCH_MIN)?;
        let base = match rank.checked_sub(low_count) {
            None => {
                let low = weighing_of(algorithm, 0);
                low.base_at(low.fixed_sum(branch, suffix), rank)?
            }
            Some(rank_in_high) => {
                let high = weighing_of(algorithm, BASE_WITHOUT_BRANCH_MIN);
                let fixed_sum = high.fixed_sum(branch, suffix);
                let before_high = high.valid_below(fixed_sum, BASE_WITHOUT_BRANCH_MIN);
                high.base_at(fixed_sum, before_high.checked_add(rank_in_high)?)?
            }
        };
        Self::new(bank, branch, base, suffix).ok()
    }
}

/// As people write it: seven digits of the base and two of the suffix, more only where they are needed.
impl fmt::Display for NzAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:04}-{:07}-{:02}", self.bank, self.branch, self.base, self.suffix)
    }
}

impl fmt::Debug for NzAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NzAccount({self})")
    }
}

impl TryFrom<String> for NzAccount {
    type Error = FieldFault;

    fn try_from(text: String) -> Result<Self, FieldFault> {
        Self::parse(&text)
    }
}

impl From<NzAccount> for String {
    fn from(account: NzAccount) -> Self {
        account.to_string()
    }
}

impl Weighing {
    /// What one digit of weight `weight` adds.
    fn term(&self, digit: u32, weight: u32) -> u32 {
        let product = digit.saturating_mul(weight);
        if self.sums_digits { digit_sum(digit_sum(product)) } else { product }
    }

    fn sum<const N: usize>(&self, number: u32, weights: &[u32; N]) -> u32 {
        digits_of::<N>(number).iter().zip(weights).map(|(digit, weight)| self.term(*digit, *weight)).sum()
    }

    fn base_sum(&self, base: u32) -> u32 {
        self.sum(base, &self.base)
    }

    /// The part of the sum that the account base has no influence on; the bank's own digits never weigh anything.
    fn fixed_sum(&self, branch: u16, suffix: u16) -> u32 {
        self.sum(u32::from(branch), &self.branch).saturating_add(self.sum(u32::from(suffix), &self.suffix))
    }

    /// How many bases in `0..base_end` bring `fixed_sum` to a multiple of the modulus.
    ///
    /// Goes through the digits of `base_end` from the left: every smaller digit in a place leaves the places to its right
    /// free, and how often free places give each remainder is counted once.
    fn valid_below(&self, fixed_sum: u32, base_end: u32) -> u32 {
        let mut count = 0_u32;
        let mut sum = fixed_sum;
        let end_digits = digits_of::<PLACES>(base_end);
        for ((weight, ways), end_digit) in self.places().zip(end_digits) {
            for digit in 0..end_digit {
                count = count.saturating_add(self.completions(&ways, sum, digit, weight));
            }
            sum = sum.saturating_add(self.term(end_digit, weight));
        }
        count
    }

    /// The base that has `rank` valid ones before it and is valid itself; `None` when there are not so many.
    ///
    /// Chooses each digit from the left, passing over the valid bases of the smaller digits.
    fn base_at(&self, fixed_sum: u32, rank: u32) -> Option<u32> {
        let mut base = 0_u32;
        let mut sum = fixed_sum;
        let mut left = rank;
        for (weight, ways) in self.places() {
            let digit = (0..10).find(|digit| {
                let completions = self.completions(&ways, sum, *digit, weight);
                let is_here = left < completions;
                if !is_here {
                    left = left.saturating_sub(completions);
                }
                is_here
            })?;
            sum = sum.saturating_add(self.term(digit, weight));
            base = base.checked_mul(10)?.checked_add(digit)?;
        }
        Some(base)
    }

    /// Each place of a base from the left: its weight, and for each remainder how many fillings of the places to its
    /// right have it. One empty place stands in front, so that an end of one past the largest base has a place too.
    fn places(&self) -> impl Iterator<Item = (u32, [u32; 11])> {
        let mut ways = [0_u32; 11];
        ways[0] = 1;
        let mut places = [(0_u32, ways); PLACES];
        let weights = std::iter::once(0).chain(self.base);
        for (place, weight) in places.iter_mut().rev().zip(weights.rev()) {
            *place = (weight, ways);
            ways = self.with_one_more_place(&ways, weight);
        }
        places.into_iter()
    }

    fn with_one_more_place(&self, ways: &[u32; 11], weight: u32) -> [u32; 11] {
        let mut next = [0_u32; 11];
        for (remainder, count) in (0_u32..).zip(ways) {
            for digit in 0..10 {
                let slot = &mut next[self.remainder(remainder.saturating_add(self.term(digit, weight)))];
                *slot = slot.saturating_add(*count);
            }
        }
        next
    }

    /// How many fillings of the places to the right make a valid base once `digit` stands in this place.
    fn completions(&self, ways: &[u32; 11], sum: u32, digit: u32, weight: u32) -> u32 {
        let remainder = self.remainder(sum.saturating_add(self.term(digit, weight)));
        let lacking = self.remainder(self.modulus.saturating_sub(u32::try_from(remainder).unwrap_or_default()));
        ways[lacking]
    }

    fn remainder(&self, sum: u32) -> usize {
        sum.checked_rem(self.modulus).unwrap_or_default() as usize
    }
}

fn algorithm_of(bank: u8, branch: u16) -> Option<Algorithm> {
    let (_, branches, algorithm) = BANKS.iter().find(|(id, ..)| *id == bank)?;
    branches.iter().any(|branches| branches.contains(&branch)).then_some(*algorithm)
}

fn weighing_of(algorithm: Algorithm, base: u32) -> &'static Weighing {
    match algorithm {
        Algorithm::AOrB if base < BASE_WITHOUT_BRANCH_MIN => &WEIGHING_A,
        Algorithm::AOrB => &WEIGHING_B,
        Algorithm::D => &WEIGHING_D,
        Algorithm::E => &WEIGHING_E,
        Algorithm::F => &WEIGHING_F,
        Algorithm::G => &WEIGHING_G,
        Algorithm::X => &WEIGHING_X,
    }
}

/// The last `N` decimal digits, left to right, with leading zeros.
fn digits_of<const N: usize>(number: u32) -> [u32; N] {
    let mut rest = number;
    let mut digits = [0; N];
    for digit in digits.iter_mut().rev() {
        *digit = rest % 10;
        rest /= 10;
    }
    digits
}

fn digit_sum(number: u32) -> u32 {
    digits_of::<10>(number).iter().sum()
}

fn parts(text: &str) -> Option<(u8, u16, u32, u16)> {
    let separated: Vec<&str> =
        text.split(|character: char| !character.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let digits = compact(text).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    if let [bank, branch, base, suffix] = separated.as_slice() {
        if bank.len() > 2 || branch.len() > 4 || base.len() > 8 || suffix.len() > 4 {
            return None;
        }
        return Some((bank.parse().ok()?, branch.parse().ok()?, base.parse().ok()?, suffix.parse().ok()?));
    }
    let base_digits = match digits.len() {
        15 | 16 => 7,
        18 => 8,
        _ => return None,
    };
    let (bank, rest) = digits.split_at_checked(2)?;
    let (branch, rest) = rest.split_at_checked(4)?;
    let (base, suffix) = rest.split_at_checked(base_digits)?;
    Some((bank.parse().ok()?, branch.parse().ok()?, base.parse().ok()?, suffix.parse().ok()?))
}
