//! Ids that sort in the order in which they were made, also within one millisecond: a statement is in the order of its
//! lines' ids, and each line tells the balance after it.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many bits count within a millisecond (RFC 9562, section 6.2, method 1).
const COUNTER_BITS: u32 = 22;
/// A millisecond begins to count at random, in the lower half of the room there is.
const START_MASK: u64 = (1 << (COUNTER_BITS - 1)) - 1;

/// The last id's millisecond and its count.
#[derive(Debug, Default)]
pub(crate) struct Sequence(AtomicU64);

impl Sequence {
    /// Ten random bytes, made so that an id of this millisecond sorts after those made of it before.
    pub(crate) fn next(&self, millis: i64, mut random: [u8; 10]) -> [u8; 10] {
        let millis = u64::try_from(millis).unwrap_or(0);
        let start = u64::from(u32::from_be_bytes([random[0], random[1], random[2], random[3]])) & START_MASK;
        let first = millis << COUNTER_BITS | start;
        let follow = |last: u64| {
            let is_same_millisecond = last >> COUNTER_BITS == millis;
            if is_same_millisecond { last.wrapping_add(1) } else { last.max(first) }
        };
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(follow(last)));
        let next = follow(last.unwrap_or_default());
        // An id of the past, as when an organisation is filled with what happened earlier, follows nothing.
        let counter = if next >> COUNTER_BITS == millis { next } else { first };
        let [.., b3, b2, b1, b0] = counter.to_be_bytes();
        let counter = u32::from_be_bytes([b3, b2, b1, b0]);
        // The version and the variant take four bits of the first byte and two of the third.
        let [high, middle, low, rest] =
            [counter >> 18 & 0x0f, counter >> 10 & 0xff, counter >> 4 & 0x3f, counter & 0x0f];
        for (byte, bits) in random.iter_mut().zip([high, middle, low]) {
            *byte = bits.to_le_bytes()[0];
        }
        random[3] = random[3] & 0x0f | rest.to_le_bytes()[0] << 4;
        random
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use domain::id::WalletTransactionId;
    use proptest::prelude::*;

    use super::Sequence;

    proptest! {
        #[test]
        fn ids_of_one_millisecond_and_of_later_ones_sort_as_they_were_made(
            steps in prop::collection::vec((0_i64..3, any::<[u8; 10]>()), 1..200),
        ) {
            let sequence = Sequence::default();
            let mut millis = 1_795_000_000_000;
            let mut before = None;
            for (step, random) in steps {
                millis += step;
                let at = DateTime::from_timestamp_millis(millis).unwrap();
                let id = WalletTransactionId::new(at, sequence.next(millis, random));
                prop_assert!(before < Some(id), "{:?} {}", before, id);
                before = Some(id);
            }
        }
    }

    #[test]
    fn an_id_of_the_past_keeps_its_own_time_and_chance() {
        let sequence = Sequence::default();
        let now = sequence.next(1_795_000_000_000, [7; 10]);
        let past = |chance| sequence.next(1_000, [chance; 10]);
        assert_ne!(past(1), past(2));
        assert_eq!(past(1), past(1));
        assert_eq!(now[4..], [7; 6]);
        assert!(sequence.next(1_795_000_000_000, [0; 10])[..4] > now[..4], "the present goes on counting");
    }
}
