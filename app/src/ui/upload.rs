//! A file field. The native input is the drop zone, so choosing and dropping work without script; script may take the
//! file at once (`on_pick`), show its progress, and say why it was refused.

use super::field::{Field, described_by};
use super::icon::{Glyph, Icon};
use leptos::ev::Event;
use leptos::prelude::*;

/// What there is to show for the field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum UploadState {
    #[default]
    Empty,
    Uploading {
        name: String,
        percent: u8,
    },
    Present(UploadedFile),
    /// Not taken; the field's `error` says why, this keeps the name in sight.
    Refused {
        name: String,
    },
}

/// A file that was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadedFile {
    pub name: String,
    /// One line about it: `PDF, 1.2 MB, uploaded 22 Nov 2026`.
    pub detail: String,
    /// Where it opens; empty when it cannot be opened yet.
    pub href: String,
    /// A small picture of it; empty when there is none.
    pub preview_src: String,
}

/// A labelled file input with what became of the file below it.
///
/// `on_pick` gets the input's change event; leave it out and the file travels with the form. `on_remove` adds a button
/// that script handles; `children` stand beside it, for a remove control that works as a plain form.
#[component]
pub fn UploadField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional)] optional: bool,
    #[prop(optional, into)] state: Signal<UploadState>,
    #[prop(default = "image/png,image/jpeg,application/pdf".to_owned(), into)] accept: String,
    #[prop(optional, into)] on_pick: Option<Callback<Event>>,
    #[prop(optional, into)] on_remove: Option<Callback<()>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let describedby = described_by(&name, !hint.is_empty(), optional, error);
    let has_file = move || matches!(*state.read(), UploadState::Present(_));
    view! {
        <Field name=name.clone() label=label hint=hint error=error optional=optional>
            <div class="upload" data-name="upload" data-state=move || state_name(&state.read())>
                <Progress state=state/>
                <div hidden=move || !has_file()>
                    <Present state=state on_remove=on_remove/>
                    {children.map(|children| children())}
                </div>
                <div class="upload-drop">
                    <Icon glyph=Glyph::Upload/>
                    <span class="upload-invitation" aria-hidden="true">
                        {move || if has_file() { "Drop another file here to replace it, or" } else { "Drop a file here, or" }}
                    </span>
                    <input
                        class="upload-input"
                        type="file"
                        id=name.clone()
                        name=name
                        accept=accept
                        aria-describedby=describedby
                        aria-invalid=move || error.read().is_some().then_some("true")
                        on:change=move |event| {
                            if let Some(on_pick) = on_pick {
                                on_pick.run(event);
                            }
                        }
                    />
                </div>
            </div>
        </Field>
    }
    .into_any()
}

#[component]
fn Progress(state: Signal<UploadState>) -> impl IntoView {
    let uploading = move || match &*state.read() {
        UploadState::Uploading { name, percent } => Some((name.clone(), *percent)),
        _ => None,
    };
    let refused = move || match &*state.read() {
        UploadState::Refused { name } => Some(name.clone()),
        _ => None,
    };
    view! {
        <div class="upload-progress" hidden=move || uploading().is_none()>
            <span class="upload-name">{move || uploading().map(|(name, _)| name)}</span>
            <progress
                max="100"
                value=move || uploading().map_or(0, |(_, percent)| percent)
                aria-label=move || uploading().map(|(name, _)| format!("Uploading {name}"))
            ></progress>
            <span class="figures">{move || uploading().map(|(_, percent)| format!("{percent} %"))}</span>
        </div>
        <p class="upload-refused" hidden=move || refused().is_none()>
            <Icon glyph=Glyph::CrossCircle/>
            <span class="upload-name">{move || refused()}</span>
            " was not taken"
        </p>
    }
}

#[component]
fn Present(state: Signal<UploadState>, on_remove: Option<Callback<()>>) -> impl IntoView {
    let file = Memo::new(move |_| match &*state.read() {
        UploadState::Present(file) => file.clone(),
        _ => UploadedFile::default(),
    });
    view! {
        <div class="upload-file">
            {move || {
                let file = file.get();
                if file.preview_src.is_empty() {
                    view! { <span class="upload-preview"><Icon glyph=Glyph::Document large=true/></span> }.into_any()
                } else {
                    view! { <img class="upload-preview" src=file.preview_src alt=""/> }.into_any()
                }
            }}
            <div class="upload-words">
                {move || {
                    let file = file.get();
                    if file.href.is_empty() {
                        view! { <span class="upload-name">{file.name}</span> }.into_any()
                    } else {
                        view! { <a class="upload-name" href=file.href target="_blank" rel="noopener external">{file.name}</a> }.into_any()
                    }
                }}
                <span class="upload-detail">{move || file.get().detail}</span>
            </div>
            {on_remove
                .map(|on_remove| {
                    view! {
                        <button
                            class="button" data-variant="quiet" data-size="small" type="button"
                            aria-label=move || format!("Remove {}", file.get().name)
                            on:click=move |_| on_remove.run(())
                        >
                            "Remove"
                        </button>
                    }
                })}
        </div>
    }
    .into_any()
}

const fn state_name(state: &UploadState) -> &'static str {
    match state {
        UploadState::Empty => "empty",
        UploadState::Uploading { .. } => "uploading",
        UploadState::Present(_) => "present",
        UploadState::Refused { .. } => "refused",
    }
}
