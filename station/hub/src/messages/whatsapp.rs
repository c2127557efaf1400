//! The WhatsApp Business Cloud API of Meta: messages are approved templates with variables.

use super::Given;
use super::http::{Asked, Outcome, Said};
use super::text::day;
use chrono::NaiveDate;
use clinic::record::fact::{Template, WhatsApp};
use clinic::reminder::Answer;
use hyper::Method;
use serde_json::{Value, json};

/// Errors that say that nothing was taken and that it may be later: too fast, the service is down, or the token, the
/// account or its payment is not in order, which an Admin can set right.
const NOT_NOW: [u64; 17] =
    [0, 1, 2, 3, 4, 10, 190, 368, 80_007, 130_429, 131_005, 131_016, 131_031, 131_042, 131_048, 131_056, 131_057];

pub struct Values<'a> {
    /// Ten digits.
    pub to: &'a str,
    pub on: NaiveDate,
    pub children: u32,
    pub template: &'a Template,
    /// In hexadecimal.
    pub reference: &'a str,
    pub token: &'a str,
}

pub fn request(whatsapp: &WhatsApp, values: &Values<'_>) -> Asked {
    let text = |text: String| json!({"type": "text", "text": text});
    let mut parameters = Vec::new();
    if values.template.text.contains("{date}") {
        parameters.push(text(day(values.on)));
    }
    if values.template.text.contains("{children}") {
        parameters.push(text(values.children.to_string()));
    }
    let components =
        if parameters.is_empty() { json!([]) } else { json!([{"type": "body", "parameters": parameters}]) };
    let body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": format!("91{}", values.to),
        "type": "template",
        "template": {
            "name": values.template.id,
            "language": {"code": values.template.language.code()},
            "components": components,
        },
        "biz_opaque_callback_data": values.reference,
    });
    Asked {
        method: Method::POST,
        url: format!("{}/{}/messages", whatsapp.url.trim_end_matches('/'), whatsapp.number_id),
        headers: vec![("authorization".into(), format!("Bearer {}", values.token))],
        content_type: Some("application/json"),
        body: body.to_string().into_bytes(),
    }
}

/// What the answer means for the message. The API has no way to give one reference twice: what is unclear stays so.
pub fn given(outcome: Outcome) -> Given {
    let said = match outcome {
        Outcome::NotAsked(error) => return Given::not_now(None, error.to_string()),
        Outcome::NoAnswer => return Given::unclear("WhatsApp gave no whole answer"),
        Outcome::Answer(said) => said,
    };
    let body = said.json().unwrap_or(Value::Null);
    if let Some(code) = body.pointer("/error/code").and_then(Value::as_u64) {
        return error(code, &said);
    }
    match (said.is_success(), body.pointer("/messages/0/id").and_then(Value::as_str)) {
        (true, Some(id)) => Given { id: id.to_owned(), ..Given::of(Answer::Taken) },
        (false, _) if matches!(said.status, 401 | 403 | 404 | 429 | 503) => {
            Given::not_now(said.retry_after_ms, format!("WhatsApp answered {}", said.status))
        }
        _ => Given::unclear(&format!("WhatsApp answered {}", said.status)),
    }
}

fn error(code: u64, said: &Said) -> Given {
    let trouble = format!("WhatsApp answered with its error {code}");
    let permission = (200..300).contains(&code);
    if permission || NOT_NOW.contains(&code) {
        return Given::not_now(said.retry_after_ms, trouble);
    }
    // Its own "something went wrong" says nothing of what happened before.
    if code == 131_000 || said.status >= 500 {
        return Given::unclear(&trouble);
    }
    Given { trouble: Some(trouble), ..Given::of(Answer::Refused) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clinic::reminder::{Language, Stage};

    fn said(status: u16, body: &str) -> Outcome {
        Outcome::Answer(Said { status, retry_after_ms: None, body: body.to_owned().into() })
    }

    #[test]
    fn a_template_with_its_variables_in_their_order() {
        let template = Template {
            stage: Stage::Late,
            language: Language::Hindi,
            id: "late_dose".into(),
            text: "{children} · {date}".into(),
        };
        let whatsapp = WhatsApp {
            url: "https://graph.facebook.com/v23.0/".into(),
            number_id: "1234".into(),
            templates: Vec::new(),
            message_paise: 12,
        };
        let on = NaiveDate::from_ymd_opt(2026, 12, 5).unwrap();
        let values = Values { to: "9876543210", on, children: 2, template: &template, reference: "ab", token: "t0k" };
        let asked = request(&whatsapp, &values);
        assert_eq!(asked.url, "https://graph.facebook.com/v23.0/1234/messages");
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let text = |n: usize| body.pointer(&format!("/template/components/0/parameters/{n}/text")).unwrap().clone();
        assert_eq!((text(0), text(1)), (json!("05-12-2026"), json!("2")));
        assert_eq!(body["to"], "919876543210");
        assert_eq!(body["template"]["language"]["code"], "hi");
        assert!(!body.to_string().contains("t0k"));
    }

    #[test]
    fn errors_are_told_apart() {
        let answer = |status, body: &str| given(said(status, body)).answer;
        let error = |status, code: u64| answer(status, &format!(r#"{{"error":{{"code":{code}}}}}"#));
        let taken = given(said(200, r#"{"messages":[{"id":"wamid.x"}]}"#));
        assert_eq!((taken.answer, taken.id.as_str()), (Answer::Taken, "wamid.x"));
        assert_eq!(error(429, 130_429), Answer::NotNow { after_ms: None });
        assert_eq!(error(401, 190), Answer::NotNow { after_ms: None });
        // Not on WhatsApp; no such template.
        assert_eq!(error(400, 131_026), Answer::Refused);
        assert_eq!(error(404, 132_001), Answer::Refused);
        assert_eq!(error(500, 131_000), Answer::Unclear);
        assert_eq!(answer(200, "{}"), Answer::Unclear);
        assert_eq!(answer(502, "<html>"), Answer::Unclear);
    }
}
