//! A file input whose file is sent as soon as it is chosen: how far it is, what became of it, and the id that the form
//! then carries. Without script none of this happens, and the file travels with the form.

use leptos::prelude::*;

use super::{
    form::FileControl,
    model::{DocumentView, FormModel},
};
use crate::{
    routes,
    ui::{UploadState, UploadedFile},
};

/// One file input.
#[derive(Clone, Copy)]
pub struct Upload {
    pub control: FileControl,
    pub state: RwSignal<UploadState>,
    /// The id of the uploaded file; empty when there is none.
    pub document_id: RwSignal<String>,
    pub problem: RwSignal<Option<String>>,
    /// Counts the choices, so that a slow answer to an earlier one changes nothing.
    choice: StoredValue<u32>,
}

/// The file inputs of a form.
#[derive(Clone, Copy)]
pub struct Uploads([Upload; 3]);

impl Uploads {
    /// As the server sent them.
    #[must_use]
    pub fn of(model: &FormModel) -> Self {
        Self(FileControl::ALL.map(|control| Upload {
            control,
            state: RwSignal::new(
                model.document(control).map_or(UploadState::Empty, |document| UploadState::Present(present(document))),
            ),
            document_id: RwSignal::new(model.values.get(control.id_name()).to_owned()),
            problem: RwSignal::new(None),
            choice: StoredValue::new(0),
        }))
    }

    /// One of them.
    #[must_use]
    pub fn at(self, control: FileControl) -> Upload {
        let [id_proof, address_proof, registration_document] = self.0;
        match control {
            FileControl::IdProof => id_proof,
            FileControl::AddressProof => address_proof,
            FileControl::RegistrationDocument => registration_document,
        }
    }

    /// All of them.
    #[must_use]
    pub fn all(self) -> [Upload; 3] {
        self.0
    }

    /// Whether any file is still on its way.
    #[must_use]
    pub fn is_any_on_its_way(self) -> bool {
        self.0.iter().any(|upload| matches!(*upload.state.read(), UploadState::Uploading { .. }))
    }
}

impl Upload {
    /// Takes the file away again.
    pub fn remove(self) {
        self.begin();
        self.state.set(UploadState::Empty);
        self.document_id.set(String::new());
    }

    /// The number of a new choice.
    fn begin(self) -> u32 {
        let choice = self.choice.with_value(|choice| choice.wrapping_add(1));
        self.choice.set_value(choice);
        self.problem.set(None);
        choice
    }
}

fn present(document: &DocumentView) -> UploadedFile {
    UploadedFile {
        name: document.file_name.clone(),
        detail: document.summary(),
        href: routes::document_content(&document.id),
        // A picture of a stored file would be a look at it, and looks are put on record.
        preview_src: String::new(),
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::document::SIZE_BYTES_MAX;
    use leptos::{ev::Event, prelude::*, web_sys};
    use serde::Deserialize;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{File, FormData, HtmlInputElement, ProgressEvent, Url, XmlHttpRequest};

    use super::{Upload, Uploads};
    use crate::{
        customers::model::{kind_word, size_words},
        routes,
        ui::{UploadState, UploadedFile},
    };

    /// What `POST /uploads` says, one way or the other.
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Answer {
        document_id: String,
        media_type: String,
        size_bytes: i64,
        file_name: String,
        detail: String,
        errors: Vec<domain::fault::FieldError>,
    }

    impl Uploads {
        /// Sends what was chosen before the script ran.
        pub fn send_what_was_chosen_before(self) {
            for upload in self.all() {
                let element = document().get_element_by_id(upload.control.name());
                if let Some(input) = element.and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
                    upload.send_from(&input);
                }
            }
        }
    }

    impl Upload {
        /// Sends the file that was just chosen or dropped.
        pub fn pick(self, event: &Event) {
            let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = target {
                self.send_from(&input);
            }
        }

        fn send_from(self, input: &HtmlInputElement) {
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            let choice = self.begin();
            if file.size() > f64::from(u32::try_from(SIZE_BYTES_MAX).unwrap_or(u32::MAX)) {
                self.refuse(
                    &file.name(),
                    format!("This file is larger than {} MB. Choose a smaller one.", SIZE_BYTES_MAX / (1024 * 1024)),
                );
            } else if self.send(&file, choice).is_err() {
                self.refuse(&file.name(), "The browser could not send this file. Choose it again.".to_owned());
            }
            // So that choosing the same file again is heard.
            input.set_value("");
        }

        fn send(self, file: &File, choice: u32) -> Result<(), JsValue> {
            let name = file.name();
            self.document_id.set(String::new());
            self.state.set(UploadState::Uploading { name: name.clone(), percent: 0 });
            let form = FormData::new()?;
            form.append_with_blob_and_filename("file", file, &name)?;
            let request = XmlHttpRequest::new()?;
            request.open("POST", routes::UPLOADS)?;
            let progress = {
                let name = name.clone();
                Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
                    self.progressed(choice, &name, &event);
                })
            };
            request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
            let ended = {
                let (request, file) = (request.clone(), file.clone());
                // Dropped with the request: the closure that hears the progress lives as long.
                Closure::once_into_js(move || {
                    drop(progress);
                    self.ended(choice, &file, &request);
                })
            };
            request.set_onloadend(Some(ended.unchecked_ref()));
            request.send_with_opt_form_data(Some(&form))
        }

        fn is_current(self, choice: u32) -> bool {
            self.choice.try_with_value(|current| *current == choice).unwrap_or(false)
        }

        fn progressed(self, choice: u32, name: &str, event: &ProgressEvent) {
            if self.is_current(choice) && event.total() > 0.0 {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a share of a whole, in percent"
                )]
                let percent = (event.loaded() / event.total() * 100.0).clamp(0.0, 100.0) as u8;
                self.state.set(UploadState::Uploading { name: name.to_owned(), percent });
            }
        }

        fn ended(self, choice: u32, file: &File, request: &XmlHttpRequest) {
            if !self.is_current(choice) {
                return;
            }
            let status = request.status().unwrap_or(0);
            let text = request.response_text().ok().flatten().unwrap_or_default();
            let answer: Answer = serde_json::from_str(&text).unwrap_or_default();
            if status == 201 && !answer.document_id.is_empty() {
                let preview_src = if answer.media_type.starts_with("image/") {
                    Url::create_object_url_with_blob(file).unwrap_or_default()
                } else {
                    String::new()
                };
                self.state.set(UploadState::Present(UploadedFile {
                    name: answer.file_name,
                    detail: format!("{}, {}", kind_word(&answer.media_type), size_words(answer.size_bytes)),
                    href: routes::document_content(&answer.document_id),
                    preview_src,
                }));
                self.document_id.set(answer.document_id);
                return;
            }
            let why = match (answer.errors.into_iter().next(), status) {
                (Some(error), _) => error.message,
                (None, 0) => {
                    "The server could not be reached. Check the connection and choose the file again.".to_owned()
                }
                (None, _) if !answer.detail.is_empty() => answer.detail,
                (None, _) => "The file was not taken. Choose it again.".to_owned(),
            };
            self.refuse(&file.name(), why);
        }

        fn refuse(self, name: &str, why: String) {
            self.document_id.set(String::new());
            self.state.set(UploadState::Refused { name: name.to_owned() });
            self.problem.set(Some(why));
        }
    }
}

#[cfg(not(feature = "hydrate"))]
impl Upload {
    /// The server hears of files with the form.
    #[expect(clippy::unused_self, reason = "the browser's twin has the same signature")]
    pub fn pick(self, _event: &leptos::ev::Event) {}
}
