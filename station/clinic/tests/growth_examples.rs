//! Twenty worked examples, most of them from WHO's own survey and programs, and rows that cannot be read.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use clinic::growth::{CasesSummary, run_cases};

const EXAMPLES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/growth-examples.csv"));
const HEAD: &str = "id,sex,age_days,weight_kg,length_cm,measured,muac_cm,oedema\n";
const TOLERANCE: f64 = 0.01 + 1e-9;

type Table = Vec<BTreeMap<String, String>>;

fn read(text: &str) -> Table {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().unwrap()
}

/// The result, and what was said about rows that could not be read.
fn run(text: &str) -> (CasesSummary, String, Vec<String>) {
    let (mut output, mut refused) = (Vec::new(), Vec::new());
    let summary = run_cases(text.as_bytes(), &mut output, |row| refused.push(row.to_string())).unwrap();
    (summary, String::from_utf8(output).unwrap(), refused)
}

#[test]
fn every_example_agrees() {
    let (summary, output, refused) = run(EXAMPLES);
    assert_eq!((summary, refused.len()), (CasesSummary { rows: 20, refused: 0 }, 0));
    assert_eq!(output.lines().next(), Some("id,standardised_cm,wfa_z,lhfa_z,wfl_z,underweight,stunting,wasting"));
    let (expected, found) = (read(EXAMPLES), read(&output));
    assert_eq!((expected.len(), found.len()), (20, 20));
    for (expected, found) in expected.iter().zip(&found) {
        let id = &expected["id"];
        assert_eq!(&found["id"], id);
        for word in ["underweight", "stunting", "wasting"] {
            assert_eq!(found[word], expected[&format!("expected_{word}")], "{id} {word}");
        }
        for number in ["standardised_cm", "wfa_z", "lhfa_z", "wfl_z"] {
            let (found, expected) = (&found[number], &expected[&format!("expected_{number}")]);
            if expected.is_empty() {
                assert_eq!(found, "", "{id} {number}");
            } else {
                let off = found.parse::<f64>().unwrap() - expected.parse::<f64>().unwrap();
                assert!(off.abs() <= TOLERANCE, "{id} {number}: {found}, expected {expected}");
            }
        }
    }
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_the_others_follow() {
    let rows = [
        ("A,M,317,10.5,74.8,L,16.4,no", None),
        (",M,400,9.5,75.5,L,14,no", Some("line 3, column \"id\": it is empty")),
        ("C,X,400,9.5,75.5,L,14,no", Some("line 4, column \"sex\": \"X\" is not M or F")),
        ("D,M,-1,9.5,75.5,L,14,no", Some("line 5, column \"age_days\": \"-1\" is not a number of days")),
        (
            "E,M,400,0,75.5,L,14,no",
            Some("line 6, column \"weight_kg\": it is not possible: less than 200 or more than 200000 g"),
        ),
        ("F,M,400,\"9,5\",75.5,L,14,no", Some("line 7, column \"weight_kg\": \"9,5\" is not a number")),
        ("G,M,400,1e1,75.5,L,14,no", Some("line 8, column \"weight_kg\": \"1e1\" is not a number")),
        (
            "H,M,400,9.5,755,L,14,no",
            Some("line 9, column \"length_cm\": it is not possible: less than 200 or more than 2200 mm"),
        ),
        ("I,M,400,9.5,75.5,sitting,14,no", Some("line 10, column \"measured\": \"sitting\" is not L or H")),
        ("J,M,400,9.5,75.5,L,NaN,no", Some("line 11, column \"muac_cm\": \"NaN\" is not a number")),
        ("K,M,400,9.5,75.5,L,14,perhaps", Some("line 12, column \"oedema\": \"perhaps\" is not yes or no")),
        ("L,M,400,9.5", Some("line 13, column \"length_cm\": the row ends before it")),
        ("M,M,400,9.5,75.5,L,14,no,more", Some("line 14, column \"id\": the row has more fields than the heading")),
        (
            "N,M,99999999999,9.5,75.5,L,14,no",
            Some("line 15, column \"age_days\": it is not possible: less than 0 or more than 7320 days"),
        ),
        ("O,f,400.4,,,,,", None),
    ];
    let text = rows.iter().fold(HEAD.to_owned(), |text, (row, _)| text + row + "\n");
    let (summary, output, refused) = run(&text);
    let expected: Vec<&str> = rows.iter().filter_map(|(_, error)| *error).collect();
    assert_eq!(refused, expected);
    assert_eq!(summary, CasesSummary { rows: 15, refused: 13 });
    let printed: Vec<&str> = output.lines().skip(1).collect();
    assert_eq!(printed, ["A,74.8,1.15,0.43,1.23,normal,normal,none", "O,,,,,,,"]);
}

#[test]
fn a_figure_that_is_hardly_possible_makes_nobody_healthy() {
    let text =
        HEAD.to_owned() + "A,F,400,9.5,150,L,,no\nB,F,400,30,75,L,,no\nC,M,987,,72.86,L,,no\nD,F,400,9.5,75,L,,no\n";
    let (_, output, _) = run(&text);
    let classes = |line: &str| line.split(',').skip(5).map(str::to_owned).collect::<Vec<_>>();
    let found: Vec<_> = output.lines().skip(1).map(classes).collect();
    // Beyond -6 it may be true, and is not to be missed.
    let expected = [
        ["normal", "implausible", ""],
        ["implausible", "normal", "implausible"],
        ["", "severely_stunted", ""],
        ["normal", "normal", "none"],
    ];
    assert_eq!(found, expected, "{output}");
}

#[test]
fn columns_stand_anywhere_and_others_are_ignored() {
    let text = "\u{feff}id,note,oedema,muac_cm,measured,length_cm,weight_kg,age_days,sex\n\
                A,\"x, y\",no,,H,98.9,16.3000000001,1191,M\n";
    let (summary, output, _) = run(text);
    assert_eq!(summary, CasesSummary { rows: 1, refused: 0 });
    assert!(output.lines().nth(1).unwrap().starts_with("A,98.9,0.75,"), "{output}");
}

#[test]
fn a_table_without_its_columns_is_refused() {
    let missing = run_cases("id,sex\n".as_bytes(), Vec::new(), |_| {}).unwrap_err();
    assert_eq!(missing.to_string(), "the heading has no column \"age_days\"");
    // A field that is not text is one bad row.
    let mut bad = HEAD.as_bytes().to_vec();
    bad.extend(b"\xff,M,400,9.5,75.5,L,14,no\nB,M,400,9.5,75.5,L,14,no\n");
    let mut output = Vec::new();
    let mut refused = Vec::new();
    run_cases(&bad[..], &mut output, |row| refused.push(row.to_string())).unwrap();
    assert_eq!(refused, ["line 2, column \"id\": it is not UTF-8 text"]);
    assert_eq!(output.split(|byte| *byte == b'\n').count(), 3);
}
