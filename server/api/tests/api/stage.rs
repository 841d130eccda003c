//! A stage for the tests: a real service over a database of its own, merchants with keys, and a clock that ticks by itself.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, header::CONTENT_TYPE},
};
use chrono::{DateTime, Duration, Utc};
use documents::{
    DocumentStore, KeyRing,
    specimens::{ADDRESS_PROOF, PASSPORT, Specimen},
};
use scratch_database::ScratchDatabase;
use serde_json::{Value, json};
use service::{Environment, Feature, NewOrganisation, Purser};
use tower::ServiceExt;

/// 25 March 2026, half past nine.
const BEGIN_MS: i64 = 1_774_431_000_000;
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Purser in a folder of its own.
pub struct Stage {
    pub purser: Purser,
    pub clock: Arc<Clock>,
    api: Router,
    _database: ScratchDatabase,
}

/// A merchant's program, with its key.
#[derive(Clone)]
pub struct Merchant {
    pub organisation_id: String,
    api: Router,
    key: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub bytes: Vec<u8>,
}

/// Time goes on by a millisecond whenever somebody looks; chance is a fixed sequence.
#[derive(Debug)]
pub struct Clock {
    now_ms: AtomicI64,
    state: AtomicU64,
}

impl Environment for Clock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.now_ms.fetch_add(1, Ordering::SeqCst)).unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: spread well enough for ids, and the same in every run.
            let mut z = self.state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

impl Clock {
    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        self.now_ms.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }
}

impl Stage {
    pub async fn new() -> Self {
        let database = ScratchDatabase::new();
        let store = storage::Store::open_with(database.url(), 6).await.unwrap();
        let documents = DocumentStore::connect("memory://", KeyRing::of([7; 32], &[])).unwrap();
        let clock = Arc::new(Clock { now_ms: AtomicI64::new(BEGIN_MS), state: AtomicU64::new(1) });
        let environment: Arc<dyn Environment> = Arc::<Clock>::clone(&clock);
        let purser = Purser::new(store, documents, environment);
        purser.ensure_number_ranges().await.unwrap();
        Self { api: api::router(purser.clone()), purser, clock, _database: database }
    }

    /// A sandbox merchant who may create customers.
    pub async fn merchant(&self, name: &str) -> Merchant {
        self.merchant_with(name, true, vec![Feature::CustomerCreation]).await
    }

    pub async fn merchant_with(&self, name: &str, is_sandbox: bool, features: Vec<Feature>) -> Merchant {
        let email = format!("{name}@example.com");
        let new = NewOrganisation { name: name.to_owned(), email, is_sandbox, features };
        let opened = self.purser.create_organisation(&new).await.unwrap();
        let organisation_id = opened.organisation.id.to_string();
        Merchant { organisation_id, api: self.api.clone(), key: opened.api_key }
    }

    /// Whoever shows this header, or none.
    pub async fn stranger(&self, authorization: Option<&str>, path: &str) -> Answer {
        let mut request = Request::get(path);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        send(&self.api, request.body(Body::empty()).unwrap()).await
    }

    /// Works every review that is due, as the worker does.
    pub async fn review(&self) {
        let leased_until = self.clock.now() + Duration::minutes(1);
        for job in self.purser.claim_jobs(leased_until, 100).await.unwrap() {
            self.purser.review(&job).await.unwrap();
        }
    }

    /// A customer of this merchant who was approved.
    pub async fn approved(&self, merchant: &Merchant, reference: &str) -> String {
        let id = merchant.creates(&merchant.complete_person(reference).await).await;
        self.review().await;
        let customer = merchant.get(&format!("/customers/{id}")).await;
        assert_eq!(customer.body["status"], "APPROVED", "{:?}", customer.body["reasons"]);
        id
    }
}

impl Merchant {
    pub async fn get(&self, path: &str) -> Answer {
        self.sends(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.sends(Method::DELETE, path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.sends(Method::POST, path, &[("content-type", "application/json")], Body::from(body.to_string())).await
    }

    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.sends(Method::POST, path, &headers, Body::from(body.to_string())).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/merge-patch+json")];
        self.sends(Method::PATCH, path, &headers, Body::from(body.to_string())).await
    }

    /// Any request, with this merchant's key.
    pub async fn sends(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        request = request.header("authorization", format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.api, request.body(body).unwrap()).await
    }

    pub async fn uploads(&self, headers: &[(&str, &str)], file_name: &str, content: &[u8]) -> Answer {
        let (content_type, body) = multipart("file", file_name, content);
        let headers = [headers, &[("content-type", content_type.as_str())]].concat();
        self.sends(Method::POST, "/documents", &headers, Body::from(body)).await
    }

    pub async fn uploads_specimen(&self, specimen: Specimen) -> String {
        let answer = self.uploads(&[], specimen.file_name, specimen.bytes).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        answer.id()
    }

    /// Creates a customer and tells its id.
    pub async fn creates(&self, body: &Value) -> String {
        let answer = self.post("/customers", body).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        answer.id()
    }

    /// A person with nothing missing.
    pub async fn complete_person(&self, reference: &str) -> Value {
        let id_proof = self.uploads_specimen(PASSPORT).await;
        let address_proof = self.uploads_specimen(ADDRESS_PROOF).await;
        json!({
            "type": "individual",
            "reference": reference,
            "account_usage_purpose": "personal_savings",
            "individual": {
                "first_name": "Elin", "last_name": "Nordquist", "date_of_birth": "1990-03-25", "nationality": "AU",
                "identification": {
                    "type": "passport", "number": format!("PA {reference}"), "issuing_country": "AU", "expires_on": "2031-08-14"
                }
            },
            "address": { "line1": "12 Wharf Street", "city": "Brisbane", "state": "QLD", "postal_code": "4000", "country": "AU" },
            "documents": { "id_proof": id_proof, "address_proof": address_proof }
        })
    }

    /// Issues a wallet and tells it.
    pub async fn issues(&self, customer_id: &str, currency: &str) -> Value {
        let answer = self.post("/wallets", &json!({ "customer_id": customer_id, "currency": currency })).await;
        assert_eq!(answer.status, 201, "{:?}", answer.body);
        answer.body
    }
}

impl Answer {
    pub fn id(&self) -> String {
        self.body["id"].as_str().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The dotted paths and codes of what was wrong with the input.
    pub fn errors(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap())).collect()
    }

    /// Holds that this is a problem document of this status and code, whole and well-formed.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{:?}", self.body);
        assert_eq!(self.header(CONTENT_TYPE.as_str()), Some("application/problem+json"));
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("/api/docs#problem-{code}"));
        assert_eq!(self.body["request_id"].as_str(), self.header("x-request-id"));
        for member in ["title", "detail", "request_id"] {
            assert!(self.body[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
        }
        self
    }
}

/// A multipart body with one part.
pub fn multipart(name: &str, file_name: &str, content: &[u8]) -> (String, Vec<u8>) {
    let head = format!(
        "--frontier\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    ("multipart/form-data; boundary=frontier".to_owned(), [head.as_bytes(), content, b"\r\n--frontier--\r\n"].concat())
}

async fn send(api: &Router, request: Request<Body>) -> Answer {
    let response = api.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, ANSWER_BYTES_MAX).await.unwrap().to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    Answer { status: parts.status.as_u16(), headers: parts.headers, body, bytes }
}
