//! Signing in and out, sessions, keys, and the brake on guessing.

use chrono::TimeDelta;
use domain::permission::Role;
use service::{Error, Purser};

use crate::world::{World, at_once, code, faults};

const HOME: &str = "192.0.2.1";

async fn is_signed_in(purser: &Purser, token: &str) -> bool {
    purser.session(token).await.unwrap().is_some()
}

fn is_wrong<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert_eq!(faults(result), [("password".to_owned(), "wrong_credentials".to_owned())]);
}

#[tokio::test]
async fn who_knows_the_password_signs_in_and_others_learn_nothing() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let purser = &world.purser;
    let signed_in = purser.sign_in(&format!(" {} ", opened.email.to_uppercase()), &opened.password, HOME, None).await;
    let session = purser.session(&signed_in.unwrap().token).await.unwrap().unwrap();
    assert_eq!((session.organisation.id, session.role), (opened.organisation.id, Role::Admin));
    assert_eq!(session.email, opened.email);
    is_wrong(purser.sign_in(&opened.email, "wrong", HOME, None).await);
    is_wrong(purser.sign_in("nobody@northwind.example", &opened.password, HOME, None).await);
    is_wrong(purser.sign_in(&opened.email, &"x".repeat(5_000), HOME, None).await);
    for token in ["", "x", &opened.password] {
        assert!(!is_signed_in(purser, token).await);
    }
}

#[tokio::test]
async fn a_sign_in_ends_the_session_it_replaces() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let purser = &world.purser;
    let first = purser.sign_in(&opened.email, &opened.password, HOME, None).await.unwrap();
    let second = purser.sign_in(&opened.email, &opened.password, HOME, Some(&first.token)).await.unwrap();
    assert_ne!(first.token, second.token);
    assert!(!is_signed_in(purser, &first.token).await && is_signed_in(purser, &second.token).await);
    purser.sign_out(&second.token).await.unwrap();
    purser.sign_out(&second.token).await.unwrap();
    assert!(!is_signed_in(purser, &second.token).await);
}

#[tokio::test]
async fn a_session_ends_two_hours_after_its_last_use_and_twelve_after_it_began() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let purser = &world.purser;
    let token = purser.sign_in(&opened.email, &opened.password, HOME, None).await.unwrap().token;
    for _ in 0..6 {
        world.later(TimeDelta::minutes(119));
        assert!(is_signed_in(purser, &token).await);
    }
    world.later(TimeDelta::minutes(5));
    assert!(is_signed_in(purser, &token).await, "11 hours 59 minutes");
    world.later(TimeDelta::minutes(1));
    assert!(!is_signed_in(purser, &token).await, "12 hours");
    let token = purser.sign_in(&opened.email, &opened.password, HOME, None).await.unwrap().token;
    world.later(TimeDelta::hours(2));
    assert!(!is_signed_in(purser, &token).await, "two hours without use");
    purser.sweep_records().await.unwrap();
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_the_person_and_of_nobody_else() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let stranger = world.merchant("southwind").await.opened;
    let purser = &world.purser;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(purser.sign_in(&opened.email, &opened.password, HOME, None).await.unwrap().token);
    }
    let other = purser.sign_in(&stranger.email, &stranger.password, HOME, None).await.unwrap().token;
    let session = purser.session(&tokens[0]).await.unwrap().unwrap();
    assert_eq!(purser.sign_out_everywhere(&session).await.unwrap(), 3);
    for token in tokens {
        assert!(!is_signed_in(purser, &token).await);
    }
    assert!(is_signed_in(purser, &other).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_from_one_network_is_braked_after_five() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let purser = &world.purser;
    for _ in 0..5 {
        is_wrong(purser.sign_in(&opened.email, "guess", HOME, None).await);
    }
    let Err(Error::TooMany { retry_after_s }) = purser.sign_in(&opened.email, &opened.password, HOME, None).await
    else {
        panic!("not braked");
    };
    assert_eq!(retry_after_s, 900);
    let neighbour = purser.sign_in(&opened.email, &opened.password, "192.0.2.77", None).await;
    assert_eq!(code(neighbour), "too_many_requests", "a neighbour is the same network");
    purser.sign_in(&opened.email, &opened.password, "198.51.100.1", None).await.unwrap();
    world.later(TimeDelta::minutes(15));
    purser.sign_in(&opened.email, &opened.password, HOME, None).await.unwrap();
    is_wrong(purser.sign_in(&opened.email, "guess", HOME, None).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_sent_at_once_are_braked_as_if_they_came_one_by_one() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let purser = world.purser.clone();
    let answers = at_once(24, |_| {
        let (purser, email) = (purser.clone(), opened.email.clone());
        async move { purser.sign_in(&email, "guess", HOME, None).await.unwrap_err().code() }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| **answer == "invalid").count(), 5, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == "too_many_requests").count(), 19);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_one_account_from_many_networks_is_braked_after_twenty() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    for network in 0..20 {
        is_wrong(world.purser.sign_in(&opened.email, "guess", &format!("198.51.{network}.1"), None).await);
    }
    let braked = world.purser.sign_in(&opened.email, &opened.password, "203.0.113.9", None).await;
    assert_eq!(code(braked), "too_many_requests");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_many_accounts_from_one_network_is_braked_after_fifty() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    for account in 0..50 {
        let email = format!("user{account}@northwind.example");
        is_wrong(world.purser.sign_in(&email, "guess", "2001:db8:1:2::5", None).await);
    }
    let braked = world.purser.sign_in(&opened.email, &opened.password, "2001:db8:1:2:ffff::9", None).await;
    assert_eq!(code(braked), "too_many_requests", "the same /64");
    world.purser.sign_in(&opened.email, &opened.password, "2001:db8:1:3::5", None).await.unwrap();
}

#[tokio::test]
async fn a_key_is_told_once_works_until_it_is_withdrawn_and_is_its_organisations_own() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let stranger = world.merchant("southwind").await;
    let keys = world.purser.key_manager(&merchant.somebody(Role::Developer)).unwrap();
    let (key, secret) = keys.create_api_key(" Webshop ").await.unwrap();
    assert!(secret.starts_with("sk_") && secret.ends_with(&key.hint) && key.name == "Webshop");
    let listed = merchant.reader().api_keys().await.unwrap();
    assert!(!format!("{listed:?}").contains(&secret));
    let authority = world.purser.authenticate_key(&secret).await.unwrap().unwrap();
    assert_eq!(authority.organisation_id, merchant.id());
    for wrong in ["", "sk_", "x", &secret[1..], &secret.to_uppercase()] {
        assert!(world.purser.authenticate_key(wrong).await.unwrap().is_none());
    }
    let strangers = world.purser.key_manager(&stranger.authority).unwrap();
    assert_eq!(code(strangers.revoke_api_key(key.id).await), "not_found");
    assert!(world.purser.authenticate_key(&secret).await.unwrap().is_some());
    keys.revoke_api_key(key.id).await.unwrap();
    keys.revoke_api_key(key.id).await.unwrap();
    assert!(world.purser.authenticate_key(&secret).await.unwrap().is_none());
    for name in ["", "  ", "a\nb", &"x".repeat(81)] {
        assert_eq!(faults(keys.create_api_key(name).await)[0].0, "name");
    }
}

#[tokio::test]
async fn an_e_mail_signs_in_to_one_organisation() {
    let world = World::open().await;
    world.merchant("northwind").await;
    let again = service::NewOrganisation {
        name: "Again".into(),
        email: "Admin@Northwind.example".into(),
        is_sandbox: true,
        features: vec![],
    };
    assert_eq!(faults(world.purser.create_organisation(&again).await), [("email".to_owned(), "taken".to_owned())]);
    let blank = service::NewOrganisation { name: " ".into(), email: "x@y.example".into(), ..again };
    assert_eq!(faults(world.purser.create_organisation(&blank).await)[0].0, "name");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_sessions_and_the_brake() {
    let world = World::open().await;
    let opened = world.merchant("northwind").await.opened;
    let other = world.another_process().await;
    let signed_in = world.purser.sign_in(&opened.email, &opened.password, HOME, None).await.unwrap();
    assert!(is_signed_in(&other, &signed_in.token).await);
    other.sign_out(&signed_in.token).await.unwrap();
    assert!(!is_signed_in(&world.purser, &signed_in.token).await);
    for number in 0..5 {
        let purser = if number % 2 == 0 { &world.purser } else { &other };
        is_wrong(purser.sign_in(&opened.email, "guess", HOME, None).await);
    }
    for purser in [&world.purser, &other] {
        let braked = purser.sign_in(&opened.email, &opened.password, HOME, None).await;
        assert!(matches!(braked, Err(Error::TooMany { .. })), "{braked:?}");
    }
}
