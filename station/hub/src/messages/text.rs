//! What a family reads: the texts are those of the settings, with a day and a number filled in.

use chrono::NaiveDate;
use clinic::record::fact::Template;
use clinic::reminder::{Language, Stage};

/// Puts values into braces, in one pass: what is filled in is not looked at again, whatever braces it has. Unknown names
/// stay; the rules of the settings let none through.
pub fn fill(text: &str, value_of: impl Fn(&str) -> Option<String>) -> String {
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}').and_then(|(name, then)| Some((value_of(name)?, then))) {
            Some((value, then)) => {
                filled.push_str(&value);
                rest = then;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// The template of a stage: in the family's language, else in the clinic's, for which there is one of each stage.
pub fn template(templates: &[Template], stage: Stage, family: Language, clinic: Language) -> Option<&Template> {
    let of = |language| templates.iter().find(|t| t.stage == stage && t.language == language);
    of(family).or_else(|| of(clinic))
}

/// What can be filled into a text, in the order in which WhatsApp is given it.
pub const VARIABLES: [&str; 5] = ["date", "day", "month", "year", "children"];

/// A day is `15-12-2026`, read alike in both languages. Some operators let letters and digits through in an alphanumeric
/// variable and nothing else: its three numbers stand each for itself, too.
pub fn variable(name: &str, on: NaiveDate, children: u32) -> Option<String> {
    let day = |format: &str| Some(on.format(format).to_string());
    match name {
        "date" => day("%d-%m-%Y"),
        "day" => day("%d"),
        "month" => day("%m"),
        "year" => day("%Y"),
        "children" => Some(children.to_string()),
        _ => None,
    }
}

pub fn message(template: &Template, on: NaiveDate, children: u32) -> String {
    fill(&template.text, |name| variable(name, on, children))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(stage: Stage, language: Language, text: &str) -> Template {
        Template { stage, language, id: String::new(), text: text.into() }
    }

    #[test]
    fn a_day_and_a_number_are_filled_in_and_nothing_twice() {
        let on = NaiveDate::from_ymd_opt(2026, 12, 5).unwrap();
        let hindi = of(Stage::Today, Language::Hindi, "कृपया {children} बच्चों को {date} को लाएँ");
        assert_eq!(message(&hindi, on, 2), "कृपया 2 बच्चों को 05-12-2026 को लाएँ");
        let numbers = of(Stage::Today, Language::English, "Come on {day}-{month}-{year} with {children}");
        assert_eq!(message(&numbers, on, 2), "Come on 05-12-2026 with 2");
        assert!(VARIABLES.into_iter().all(|name| variable(name, on, 2).is_some()));
        let swap = |name: &str| Some(if name == "a" { "{b}".to_owned() } else { "B".to_owned() });
        assert_eq!(fill("{a} {b} {", swap), "{b} B {");
    }

    #[test]
    fn a_language_without_a_text_reads_the_clinics() {
        let all = [of(Stage::Today, Language::English, "e"), of(Stage::Late, Language::Hindi, "h")];
        let text = |stage, family, clinic| template(&all, stage, family, clinic).map(|t| t.text.as_str());
        assert_eq!(text(Stage::Today, Language::Hindi, Language::English), Some("e"));
        assert_eq!(text(Stage::Late, Language::Hindi, Language::English), Some("h"));
        assert_eq!(text(Stage::Ahead, Language::Hindi, Language::English), None);
    }
}
