//! The icons: one stroke each on a 16 unit grid, drawn for this project.
//!
//! An icon never stands alone for meaning: the word is beside it, or in the label of the control that holds it, so the
//! drawing is hidden from readers.

use leptos::prelude::*;

/// Which drawing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Alert,
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    ArrowUp,
    Bank,
    Book,
    Calendar,
    Check,
    CheckCircle,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    Clock,
    Code,
    Columns,
    Copy,
    Cross,
    CrossCircle,
    Dash,
    Document,
    Download,
    Edit,
    External,
    Filter,
    Help,
    Home,
    Inbox,
    Info,
    Link,
    List,
    Lock,
    Menu,
    More,
    Pause,
    People,
    Person,
    Plus,
    Refresh,
    Search,
    Settings,
    Shield,
    SignOut,
    Swap,
    Trash,
    Undo,
    Upload,
    Wallet,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M8 2.2 14.4 13.3H1.6ZM8 6.4v3.2M8 11.4v.1",
            Self::ArrowDown => "M8 3v10M3.8 8.8 8 13l4.2-4.2",
            Self::ArrowLeft => "M13 8H3M7.2 3.8 3 8l4.2 4.2",
            Self::ArrowRight => "M3 8h10M8.8 3.8 13 8l-4.2 4.2",
            Self::ArrowUp => "M8 13V3M3.8 7.2 8 3l4.2 4.2",
            Self::Bank => "M2 6.2 8 2.6l6 3.6M2.5 6.5h11M3.8 6.8v5M6.6 6.8v5M9.4 6.8v5M12.2 6.8v5M2 13.4h12",
            Self::Book => {
                "M8 4C6.6 3 4.6 2.7 2.2 2.8v9.6C4.6 12.3 6.6 12.6 8 13.6c1.4-1 3.4-1.3 5.8-1.2V2.8C11.4 2.7 9.4 3 8 4ZM8 4v9.6"
            }
            Self::Calendar => "M2.5 3.8h11v9.7h-11ZM2.5 6.8h11M5.3 2.2v2.6M10.7 2.2v2.6",
            Self::Check => "M3 8.5 6.4 12 13 4.5",
            Self::CheckCircle => "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0ZM5.2 8.3l2 2 3.7-4.3",
            Self::ChevronDown => "M4 6.2 8 10.2l4-4",
            Self::ChevronLeft => "M9.8 4 5.8 8l4 4",
            Self::ChevronRight => "M6.2 4l4 4-4 4",
            Self::Clock => "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0ZM8 4.6V8l2.3 1.6",
            Self::Code => "M5.2 4.4 1.7 8l3.5 3.6M10.8 4.4 14.3 8l-3.5 3.6M9.2 2.8 6.8 13.2",
            Self::Columns => "M2.5 2.8h11v10.4h-11ZM6.2 2.8v10.4M9.8 2.8v10.4",
            Self::Copy => "M5.5 5.5h8v8h-8ZM3.8 10.5H2.5v-8h8v1.3",
            Self::Cross => "M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4",
            Self::CrossCircle => "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0ZM5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2",
            Self::Dash => "M4 8h8",
            Self::Document => "M3.5 1.8h6l3 3v9.4h-9ZM9.3 2v3h3M5.8 8h4.4M5.8 10.8h4.4",
            Self::Download => "M8 2.5v7.8M4.6 7 8 10.4 11.4 7M2.5 13.3h11",
            Self::Edit => "M2.5 13.5l.6-3 7.6-7.6 2.4 2.4-7.6 7.6ZM9.3 4.3l2.4 2.4",
            Self::External => "M9.5 2.5h4v4M13.3 2.7 7.5 8.5M11.5 9v4.5h-9v-9H7",
            Self::Filter => "M2 4h12M4.3 8h7.4M6.6 12h2.8",
            Self::Help => {
                "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0ZM6.2 6.3c0-1.1.8-1.9 1.8-1.9s1.8.7 1.8 1.7c0 1.3-1.8 1.5-1.8 2.9M8 11.3v.1"
            }
            Self::Home => "M2.3 7.2 8 2.5l5.7 4.7M3.8 6.2v7.2h8.4V6.2M6.6 13.2V9.5h2.8v3.7",
            Self::Inbox => "M2.2 9.2 4 3h8l1.8 6.2v4H2.2ZM2.4 9.2h3.4l.8 1.6h2.8l.8-1.6h3.4",
            Self::Info => "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0ZM8 7.4v3.8M8 4.9V5",
            Self::Link => {
                "M6.7 9.3 9.3 6.7M7.3 4.6l1.4-1.4a2.9 2.9 0 0 1 4.1 4.1l-1.4 1.4M8.7 11.4l-1.4 1.4a2.9 2.9 0 0 1-4.1-4.1l1.4-1.4"
            }
            Self::List => "M2.5 4h.1M2.5 8h.1M2.5 12h.1M5.3 4h8.2M5.3 8h8.2M5.3 12h8.2",
            Self::Lock => "M3.3 7h9.4v6.5H3.3ZM5.2 7V5.2a2.8 2.8 0 0 1 5.6 0V7M8 9.7v1.3",
            Self::Menu => "M2.3 4h11.4M2.3 8h11.4M2.3 12h11.4",
            Self::More => "M3.2 8h.1M8 8h.1M12.8 8h.1",
            Self::Pause => "M14.2 8A6.2 6.2 0 1 1 1.8 8a6.2 6.2 0 0 1 12.4 0ZM6.4 5.8v4.4M9.6 5.8v4.4",
            Self::People => {
                "M8 5.2a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0ZM1.8 13.2c0-2.3 1.7-3.9 4-3.9s4 1.6 4 3.9M10.3 3.2a2.1 2.1 0 0 1 .2 4M11.5 9.6c1.7.4 2.7 1.8 2.7 3.6"
            }
            Self::Person => {
                "M10.6 5.2a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0ZM2.9 13.6c0-2.6 2.2-4.4 5.1-4.4s5.1 1.8 5.1 4.4"
            }
            Self::Plus => "M8 3v10M3 8h10",
            Self::Refresh => "M13.4 8A5.4 5.4 0 1 1 11.7 4.1M12 1.8v2.6H9.4",
            Self::Search => "M11.6 7.1a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0ZM10.4 10.4l3.3 3.3",
            Self::Settings => {
                "M2 4.6h6.4M11.6 4.6H14M11.6 4.6a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0ZM2 11.4h2.4M7.6 11.4H14M7.6 11.4a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0Z"
            }
            Self::Shield => "M8 1.9 13 3.7v4c0 3-2 5.3-5 6.5-3-1.2-5-3.5-5-6.5v-4ZM5.7 8l1.7 1.7 3-3.3",
            Self::SignOut => "M6 2.5H2.8v11H6M6.3 8h7.2M10.6 5.1 13.5 8l-2.9 2.9",
            Self::Swap => "M2.5 5.3h10M9.8 2.6l2.7 2.7L9.8 8M13.5 10.7h-10M6.2 8l-2.7 2.7 2.7 2.7",
            Self::Trash => "M2.5 4.2h11M6 4V2.5h4V4M4 4.4l.6 9.1h6.8l.6-9.1M6.8 7v4M9.2 7v4",
            Self::Undo => "M2.7 6.3h6.8a3.6 3.6 0 0 1 0 7.2H5.5M5.6 3.4 2.7 6.3l2.9 2.9",
            Self::Upload => "M8 10.4V2.6M4.6 6 8 2.6 11.4 6M2.5 13.3h11",
            Self::Wallet => {
                "M2.3 4.3h10v2.2M2.3 4.3v9h11.4V6.5H3.6a1.3 1.3 0 0 1-1.3-1.3c0-.8.5-1.3 1.3-1.3l7.3-1.7v2M10.8 9.9h.1"
            }
        }
    }
}

/// A drawing beside a word: 16 px, or 20 px with `large`.
#[component]
pub fn Icon(glyph: Glyph, #[prop(optional)] large: bool) -> impl IntoView {
    let size = if large { "20" } else { "16" };
    view! {
        // How it is drawn stands in the stylesheet, once: a list has hundreds of these.
        <svg class="icon" width=size height=size viewBox="0 0 16 16" aria-hidden="true"><path d=glyph.path()></path></svg>
    }
}
