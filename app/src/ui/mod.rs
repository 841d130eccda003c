//! The pieces every page is made of. No domain words here: a page says what a thing means, a piece says how it looks.
//!
//! Each piece works before the WebAssembly arrives and without it: what unfolds is `<details>`, what chooses is native,
//! what changes something is a form. Script only makes it kinder. No piece writes a `style` attribute; the policy of the
//! site forbids it. `data-name` names a piece for tests.
//!
//! The role `status` is kept for the one status a page is about (`Badge` with `live`); nothing else here uses it.

pub mod action_form;
pub mod badge;
pub mod browser;
pub mod button;
pub mod card;
pub mod chart;
pub mod date_field;
pub mod dialog;
pub mod errors;
pub mod field;
pub mod figures;
pub mod filter;
pub mod format;
pub mod icon;
pub mod page;
pub mod search;
pub mod table;
pub mod text_area;
pub mod timeline;
pub mod toast;
pub mod upload;

pub use action_form::ActionForm;
pub use badge::{Badge, Flag, Tag, Tone, WhyNot};
pub use button::{Button, ButtonKind, ButtonRow, ButtonSize, ButtonVariant, LinkButton};
pub use card::{
    Card, Checklist, ChecklistItem, CopyFact, EmptyState, Fact, Facts, FactsLayout, Skeleton, StatRow, StatTile,
};
pub use chart::{Bar, BarChart};
pub use date_field::DateField;
pub use dialog::{Confirm, Dialog, Disclosure};
pub use errors::{Banner, ErrorPage, ErrorSummary, FieldProblem, problem_of};
pub use field::{
    Checkbox, Choice, Field, FieldGroup, FieldRow, InputKind, InputWidth, RadioGroup, SelectField, SuggestField,
    TextField,
};
pub use figures::{Amount, CopyButton, Id, Time};
pub use filter::{ColumnChoice, ColumnChooser, FilterBar, FilterChip, FilterSearch};
pub use icon::{Glyph, Icon};
pub use page::{Breadcrumbs, Crumb, FormColumn, PageHeader, Stack, Tab, Tabs, WithAside};
pub use search::SearchBox;
pub use table::{Align, Cell, Column, Nothing, Pager, Row, RowLink, SortedBy, Table, TableSkeleton};
pub use text_area::TextArea;
pub use timeline::{Timeline, TimelineItem};
pub use toast::{Toast, ToastRegion, Toasts};
pub use upload::{UploadField, UploadState, UploadedFile};
