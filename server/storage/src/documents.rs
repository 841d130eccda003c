//! What is known of an uploaded file, and who looked at it. The file itself is elsewhere.

use chrono::{DateTime, Utc};
use domain::{
    id::{DocumentId, OrganisationId},
    permission::Actor,
};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, millis, moment, to_json},
    sql::{query, query_scalar},
};

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its id.
    pub id: DocumentId,
    /// Its organisation.
    pub organisation_id: OrganisationId,
    /// `image/png`, `image/jpeg` or `application/pdf`, by content.
    pub media_type: String,
    /// The name it was uploaded with.
    pub file_name: String,
    /// Its size.
    pub size_bytes: i64,
    /// How many pages it has; a picture has one.
    pub pages: i64,
    /// SHA-256 of its content.
    pub sha256: Vec<u8>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
}

impl Rows<'_> {
    /// A file.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn document(
        &mut self,
        organisation_id: OrganisationId,
        document_id: DocumentId,
    ) -> Result<Option<DocumentRow>, Error> {
        let row = query("SELECT * FROM documents WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(document_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.map(|row| {
            Ok(DocumentRow {
                id: id(&row, "id", DocumentId::from_uuid)?,
                organisation_id: id(&row, "organisation_id", OrganisationId::from_uuid)?,
                media_type: row.try_get("media_type")?,
                file_name: row.try_get("file_name")?,
                size_bytes: row.try_get("size_bytes")?,
                pages: row.try_get("pages")?,
                sha256: row.try_get("sha256")?,
                created_at: moment(&row, "created_at")?,
            })
        })
        .transpose()
    }

    /// How often a file was looked at.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn document_view_count(
        &mut self,
        organisation_id: OrganisationId,
        document_id: DocumentId,
    ) -> Result<i64, Error> {
        query_scalar("SELECT count(*) FROM document_views WHERE organisation_id = $1 AND document_id = $2")
            .bind(organisation_id.uuid())
            .bind(document_id.uuid())
            .fetch_one(&mut self.0)
            .await
    }
}

impl UnitOfWork {
    /// Adds a file.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_document(&mut self, document: &DocumentRow) -> Result<(), Error> {
        query(
            "INSERT INTO documents (organisation_id, id, media_type, file_name, size_bytes, pages, sha256, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(document.organisation_id.uuid())
        .bind(document.id.uuid())
        .bind(&document.media_type)
        .bind(&document.file_name)
        .bind(document.size_bytes)
        .bind(document.pages)
        .bind(&document.sha256)
        .bind(millis(document.created_at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Puts on record that somebody looked at a file.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_document_view(
        &mut self,
        organisation_id: OrganisationId,
        document_id: DocumentId,
        actor: &Actor,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query("INSERT INTO document_views (organisation_id, document_id, actor, viewed_at) VALUES ($1, $2, $3, $4)")
            .bind(organisation_id.uuid())
            .bind(document_id.uuid())
            .bind(to_json("actor", actor)?)
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }
}
