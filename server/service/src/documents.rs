//! Uploading and looking at documents.

use ::documents::{DocumentKey, StoreError, judge_off_thread};
use bytes::Bytes;
use domain::id::{DocumentId, OrganisationId};
use serde_json::json;
use storage::DocumentRow;

use crate::{Editor, Error, Purser, Reader};

/// Longest file name that is kept, in characters.
const FILE_NAME_CHARS_MAX: usize = 120;

impl Editor {
    /// Judges a file by its content, seals it and stores it.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `file`, with the reason and what to do.
    pub async fn upload_document(&self, file_name: &str, content: Bytes) -> Result<DocumentRow, Error> {
        let purser = &self.purser;
        let judged = judge_off_thread(content.clone())
            .await
            .map_err(|refusal| Error::field("file", refusal.code(), refusal.sentence()))?;
        let now = purser.now();
        let document = DocumentRow {
            id: purser.id(DocumentId::new, now),
            organisation_id: self.organisation_id(),
            media_type: judged.media_type.mime().to_owned(),
            file_name: clean_file_name(file_name, judged.media_type.extension()),
            size_bytes: i64::try_from(judged.size).map_err(Error::internal)?,
            pages: i64::from(judged.pages),
            sha256: judged.sha256.to_vec(),
            created_at: now,
        };
        // The file first: a row without its file would be a lie, a file without a row is only waste.
        let key = key(document.organisation_id, document.id);
        purser.documents.put(&key, &content, &mut |bytes| purser.environment.fill(bytes)).await.map_err(unavailable)?;
        let mut unit = purser.begin().await?;
        if let Some(earlier) = self.claim(&mut unit, &document.id.to_string()).await? {
            unit.save().await?;
            purser.documents.delete(&key).await.map_err(unavailable)?;
            let earlier = earlier.parse::<DocumentId>().map_err(|_| crate::customers::reused())?;
            return self.document(earlier).await;
        }
        unit.insert_document(&document).await?;
        let after =
            json!({ "media_type": document.media_type, "size_bytes": document.size_bytes, "pages": document.pages });
        unit.audit(&self.audit("document.upload", document.id.to_string(), None, Some(after.to_string()))).await?;
        unit.save().await?;
        Ok(document)
    }
}

impl Reader {
    /// What is known of a file.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn document(&self, document_id: DocumentId) -> Result<DocumentRow, Error> {
        let row = self.purser.read().await?.rows().document(self.organisation_id(), document_id).await?;
        let mut document = row.ok_or(Error::NotFound)?;
        // People name files after people.
        document.file_name = self.name_to_show(document.file_name);
        Ok(document)
    }

    /// The file itself. That somebody looked is put on record first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a role that sees customers masked, [`Error::NotFound`].
    pub async fn document_content(&self, document_id: DocumentId) -> Result<(DocumentRow, Bytes), Error> {
        let document = self.document(document_id).await?;
        if !self.authority.role.sees_personal_data() {
            return Err(Error::Forbidden {
                code: "role",
                detail: "Documents are shown to the roles ADMIN and READ_ONLY. Ask an ADMIN of your organisation."
                    .to_owned(),
            });
        }
        let content =
            self.purser.stored_file(self.organisation_id(), document_id).await.map_err(|error| match error {
                StoreError::NotFound => Error::NotFound,
                error => unavailable(error),
            })?;
        let mut unit = self.purser.begin().await?;
        unit.record_document_view(self.organisation_id(), document_id, &self.authority.actor, self.purser.now())
            .await?;
        unit.audit(&self.audit("document.view", document_id.to_string(), None, None)).await?;
        unit.save().await?;
        Ok((document, content))
    }

    /// How often a file was looked at.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn document_view_count(&self, document_id: DocumentId) -> Result<i64, Error> {
        Ok(self.purser.read().await?.rows().document_view_count(self.organisation_id(), document_id).await?)
    }
}

impl Purser {
    pub(crate) async fn stored_file(
        &self,
        organisation_id: OrganisationId,
        document_id: DocumentId,
    ) -> Result<Bytes, StoreError> {
        self.documents.get(&key(organisation_id, document_id)).await
    }
}

fn key(organisation_id: OrganisationId, document_id: DocumentId) -> DocumentKey {
    DocumentKey::new(organisation_id.uuid(), document_id.uuid())
}

pub(crate) fn unavailable(error: StoreError) -> Error {
    match error {
        StoreError::Unavailable(_) => Error::Unavailable(Box::new(error)),
        error => Error::internal(error),
    }
}

/// The name without folders and without what a terminal or a header could trip over.
fn clean_file_name(name: &str, extension: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String =
        last.chars().filter(|c| !c.is_control() && !"\"<>|:*?".contains(*c)).take(FILE_NAME_CHARS_MAX).collect();
    let clean = clean.trim().trim_start_matches('.').to_owned();
    if clean.is_empty() { format!("document.{extension}") } else { clean }
}
