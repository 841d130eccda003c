//! A merchant's software that speaks to the server from several threads, notes what was acknowledged, and sends again,
//! with the same key, what was not.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, atomic::AtomicUsize, atomic::Ordering, mpsc::Sender},
};

use serde_json::{Value, json};

use crate::http::Server;

pub const DEPOSIT_MINOR: i64 = 125;

/// Something to be done once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Request {
    /// A new ID proof for the customer of that number, and then the customer.
    Upload(usize),
    Customer {
        number: usize,
        id_proof: String,
    },
    Deposit(usize),
}

/// What is needed to make requests, and what came of them.
pub struct Merchant {
    pub address_proof: String,
    pub virtual_account: String,
    /// What was sent and not acknowledged.
    pub in_doubt: Mutex<VecDeque<Request>>,
    /// Customers by number, with the id that was acknowledged.
    pub customers: Mutex<BTreeMap<usize, String>>,
    /// Deposits by number, with the id that was acknowledged.
    pub deposits: Mutex<BTreeMap<usize, String>>,
    pub uploads: Mutex<Vec<String>>,
    next: AtomicUsize,
}

impl Merchant {
    pub fn new(address_proof: String, virtual_account: String) -> Self {
        Self {
            address_proof,
            virtual_account,
            in_doubt: Mutex::default(),
            customers: Mutex::default(),
            deposits: Mutex::default(),
            uploads: Mutex::default(),
            next: AtomicUsize::new(1),
        }
    }

    /// Sends what is in doubt and then new requests, until the server is gone. Tells of each acknowledgement.
    pub fn work(&self, server: &Server, acknowledged: &Sender<()>, new_max: usize) {
        let mut new = 0;
        loop {
            let doubtful = self.in_doubt.lock().unwrap().pop_front();
            let request = match doubtful {
                Some(request) => request,
                None if new == new_max => return,
                None => {
                    new += 1;
                    let number = self.next.fetch_add(1, Ordering::Relaxed);
                    if number.is_multiple_of(6) { Request::Upload(number) } else { Request::Deposit(number) }
                }
            };
            if !self.send(server, &request) {
                self.in_doubt.lock().unwrap().push_back(request);
                return;
            }
            // Nobody counts any more when the server is to stay.
            let _ = acknowledged.send(());
        }
    }

    /// Whether it was acknowledged.
    fn send(&self, server: &Server, request: &Request) -> bool {
        let answer = match request {
            Request::Upload(number) => {
                let passport = documents::specimens::PASSPORT;
                server.upload(&format!("upload-{number}"), passport.file_name, passport.bytes)
            }
            Request::Customer { number, id_proof } => {
                server.post("/api/v1/customers", &format!("customer-{number}"), &self.customer(*number, id_proof))
            }
            Request::Deposit(number) => {
                server.post("/api/v1/sandbox/deposits", &format!("deposit-{number}"), &self.deposit(*number))
            }
        };
        let Ok(answer) = answer else { return false };
        if answer.status == 503 {
            return false;
        }
        let body = answer.json();
        assert!(matches!(answer.status, 200 | 201), "{request:?}: {} {body}", answer.status);
        let id = body["id"].as_str().unwrap().to_owned();
        match request {
            Request::Upload(number) => {
                self.uploads.lock().unwrap().push(id.clone());
                let next = Request::Customer { number: *number, id_proof: id };
                self.in_doubt.lock().unwrap().push_back(next);
            }
            Request::Customer { number, .. } => note(&self.customers, *number, &id),
            Request::Deposit(number) => {
                assert_eq!(body["status"], "CREDITED", "{body}");
                note(&self.deposits, *number, &id);
            }
        }
        true
    }

    /// A person of whom nothing is missing. The note tells afterwards which request made it.
    pub fn customer(&self, number: usize, id_proof: &str) -> Value {
        json!({
            "type": "individual",
            "description": number.to_string(),
            "individual": {
                "first_name": "Elin", "last_name": format!("Nordquist {number}"), "date_of_birth": "1990-03-25",
                "nationality": "SE",
                "identification": {
                    "type": "passport", "number": format!("PA{number}"), "issuing_country": "SE",
                    "expires_on": "2090-01-31",
                },
            },
            "account_usage_purpose": "investment",
            "address": { "line1": "1 Harbour Street", "city": "Sydney", "postal_code": "2000", "country": "AU" },
            "documents": { "id_proof": id_proof, "address_proof": self.address_proof },
        })
    }

    fn deposit(&self, number: usize) -> Value {
        json!({
            "virtual_account_id": self.virtual_account,
            "amount": DEPOSIT_MINOR,
            "currency": "AUD",
            "sender": { "name": "Tobias Okonjo", "bsb": "062-000", "account_number": "12345678" },
            "reference": format!("Invoice {number}"),
            "bank_reference": format!("ref {number}"),
        })
    }
}

/// A repeat has to answer with what the first one made.
fn note(acknowledged: &Mutex<BTreeMap<usize, String>>, number: usize, id: &str) {
    let before = acknowledged.lock().unwrap().insert(number, id.to_owned());
    assert!(before.is_none_or(|before| before == id), "request {number} made two objects");
}
