//! A small bar chart, drawn on the server as SVG in percentages so that it fits any width without scaling its text.

use leptos::prelude::*;

/// One bar: its name below, its figure above.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    pub label: String,
    /// A shorter name below the bar, where many stand side by side; empty shows the whole one.
    pub tick: String,
    /// What decides the height; the unit is the chart's own.
    pub value: u64,
    /// The value in words, such as `AUD 1,250.00`.
    pub text: String,
    /// A shorter text that fits above the bar; empty shows none.
    pub short: String,
}

const PLOT_PX: u64 = 132;
const TOP_PX: u64 = 20;

/// Bars over a short row of days or states. The title says the finding; the same figures stand in a table behind a toggle.
#[component]
pub fn BarChart(
    #[prop(into)] title: String,
    /// What the bars are: `Day`.
    #[prop(into)]
    label_head: String,
    /// What they measure: `Money in`.
    #[prop(into)]
    value_head: String,
    bars: Vec<Bar>,
) -> impl IntoView {
    let drawn = bars_of(&bars)
        .into_iter()
        .map(|bar| {
            view! {
                <rect class="chart-bar" x=bar.x width=bar.width y=bar.y height=bar.height rx="2"></rect>
                <text class="chart-value" x=bar.middle.clone() y=bar.value_y text-anchor="middle">{bar.short}</text>
                <text class="chart-label" x=bar.middle y=PLOT_PX + TOP_PX + 16 text-anchor="middle">{bar.label}</text>
            }
        })
        .collect_view();
    let rows = bars
        .into_iter()
        .map(|bar| view! { <tr><th scope="row">{bar.label}</th><td data-align="end">{bar.text}</td></tr> })
        .collect_view();
    view! {
        <figure class="chart" data-name="chart">
            <figcaption class="chart-title">{title.clone()}</figcaption>
            <svg class="chart-plot" width="100%" height=PLOT_PX + TOP_PX + 24 role="img" aria-label=title>
                {drawn}
                <line class="chart-base" x1="0" x2="100%" y1=PLOT_PX + TOP_PX y2=PLOT_PX + TOP_PX></line>
            </svg>
            <details class="disclosure">
                <summary class="disclosure-summary">"Show as a table"</summary>
                <table class="table table-small">
                    <thead><tr><th scope="col">{label_head}</th><th scope="col" data-align="end">{value_head}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </figure>
    }
    .into_any()
}

struct Drawn {
    x: String,
    width: String,
    middle: String,
    y: u64,
    height: u64,
    value_y: u64,
    label: String,
    short: String,
}

fn bars_of(bars: &[Bar]) -> Vec<Drawn> {
    let count = u64::try_from(bars.len()).unwrap_or(u64::MAX).max(1);
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let mut start = 0;
    bars.iter()
        .map(|bar| {
            let slot = 10_000 / count;
            let (left, width) = (start + slot / 5, slot * 3 / 5);
            let middle = percent(start + slot / 2);
            start += slot;
            let height = share(bar.value, most);
            let y = TOP_PX + PLOT_PX - height;
            Drawn {
                x: percent(left),
                width: percent(width),
                middle,
                y,
                height,
                value_y: y.saturating_sub(6),
                label: if bar.tick.is_empty() { bar.label.clone() } else { bar.tick.clone() },
                short: bar.short.clone(),
            }
        })
        .collect()
}

/// The height in pixels; what is not zero is never invisible.
fn share(value: u64, most: u64) -> u64 {
    let height = u128::from(value) * u128::from(PLOT_PX) / u128::from(most);
    let height = u64::try_from(height).unwrap_or(PLOT_PX);
    if value > 0 { height.max(2) } else { 0 }
}

/// Hundredths of a percent as an SVG length.
fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(value: u64) -> Bar {
        Bar { value, ..Bar::default() }
    }

    #[test]
    fn the_tallest_bar_fills_the_plot_and_a_small_one_is_seen() {
        let drawn = bars_of(&[bar(0), bar(1), bar(1_000_000), bar(u64::MAX)]);
        assert_eq!(drawn.iter().map(|bar| bar.height).collect::<Vec<_>>(), [0, 2, 2, PLOT_PX]);
        assert_eq!(drawn[3].y, TOP_PX);
        assert_eq!(drawn[1].x, "30.00%");
        assert!(bars_of(&[]).is_empty());
    }
}
