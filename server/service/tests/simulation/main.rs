//! A simulation: random steps, each also taken by a simple model, with crashes in the middle and two of everything at once.
//!
//! What differs is made as small as it can be and told with its seed. `PURSER_SIMULATE_STEPS` says how many steps to take
//! (a few thousand when absent), `PURSER_SIMULATE_SEED` where to begin; `make simulate` sets both.
#![expect(clippy::unwrap_used, reason = "a history that cannot be played fails")]

mod agreed;
mod expected;
mod model;
mod run;
mod step;
#[path = "../verbs/world.rs"]
#[expect(dead_code, reason = "shared with the tests of single verbs")]
mod world;

use std::{cell::Cell, time::Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Steps of one history: long enough for things to meet, short enough to be looked at as a whole.
const HISTORY: usize = 120;
/// Steps in all, when nothing is said.
const STEPS: usize = 2_400;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn money_is_where_the_model_says_whatever_happens() {
    let (steps, first_seed) = (number("PURSER_SIMULATE_STEPS", STEPS), number("PURSER_SIMULATE_SEED", 1));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (began, taken, mut seed) = (Instant::now(), Cell::new(0), first_seed);
    while taken.get() < steps {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&u64::try_from(seed).unwrap().to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
        let history = proptest::collection::vec(step::any(), HISTORY / 2..HISTORY);
        let outcome = TestRunner::new_with_rng(config, rng).run(&history, |steps| {
            taken.set(taken.get() + steps.len());
            runtime.block_on(run::history(&steps)).map_err(TestCaseError::fail)
        });
        if let Err(TestError::Fail(why, steps)) = outcome {
            panic!("seed {seed}: {why}\nafter these {} steps: {steps:#?}", steps.len());
        }
        assert!(outcome.is_ok(), "seed {seed}: {outcome:?}");
        seed += 1;
        if (seed - first_seed).is_multiple_of(50) {
            eprintln!("{} of {steps} steps in {:?}", taken.get(), began.elapsed());
        }
    }
    eprintln!("{} steps, seeds {first_seed} to {}, in {:?}: no fault", taken.get(), seed - 1, began.elapsed());
}
