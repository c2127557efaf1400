//! Forty worked cases, each with every row it must give.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clinic::forecast::{Child, Given, Schedule, forecast, run_cases};

const CASES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/forecast-cases.csv"));

type Table = Vec<BTreeMap<String, String>>;

fn read(text: &str) -> Table {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().expect("a table")
}

fn by_case(table: &Table, columns: &[&str]) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut cases: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for row in table {
        let fields = columns.iter().map(|column| row[*column].clone()).collect();
        cases.entry(row["case_id"].clone()).or_default().push(fields);
    }
    cases
}

#[test]
fn every_case_agrees() {
    let columns = ["kind", "item", "product", "given_on", "status", "reason", "earliest", "due", "overdue", "last_day"];
    let mut output = Vec::new();
    let summary = run_cases(CASES.as_bytes(), &mut output, |row| panic!("{row}")).expect("the cases run");
    let output = String::from_utf8(output).expect("text");
    let (expected, found) = (by_case(&read(CASES), &columns), by_case(&read(&output), &columns));

    let mut agreeing = 0;
    for (id, expected_rows) in &expected {
        let found_rows = &found[id];
        if found_rows == expected_rows {
            agreeing += 1;
            continue;
        }
        println!("{id} differs");
        for row in expected_rows.iter().filter(|row| !found_rows.contains(row)) {
            println!("  expected {}", row.join(","));
        }
        for row in found_rows.iter().filter(|row| !expected_rows.contains(row)) {
            println!("  found    {}", row.join(","));
        }
    }
    println!("{agreeing} of {} cases agree", expected.len());
    assert_eq!(expected.len(), 40);
    assert_eq!(agreeing, expected.len());
    assert_eq!((summary.cases, summary.rejected), (40, 2));
    assert_eq!(summary.rows, read(CASES).len());
}

/// The notes are not part of the printed columns.
#[test]
fn every_note_agrees() {
    let table = read(CASES);
    let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
    let mut notes = 0;
    for (id, expected) in by_case(&table, &["kind", "note"]) {
        let case = table.iter().find(|row| row["case_id"] == id).expect("a row");
        let schedule = Schedule::builtin(&case["schedule"]).expect("a schedule");
        let child = Child {
            dob: date(&case["dob"]),
            sex: case["sex"].parse().expect("a sex"),
            je_endemic: case["je_endemic"] == "yes",
        };
        let given: Vec<Given> = case["doses"]
            .split("; ")
            .filter_map(|dose| dose.split_once('@'))
            .map(|(product, on)| Given { product: schedule.product(product).expect("a product"), on: date(on) })
            .collect();
        let found: Vec<String> = forecast(schedule, &child, &given, date(&case["eval_date"]))
            .map(|forecast| forecast.given.iter().map(|row| row.note.map_or("", |note| note.as_str()).into()).collect())
            .unwrap_or_default();
        let expected: Vec<String> =
            expected.into_iter().filter(|row| row[0] == "given").map(|mut row| row.remove(1)).collect();
        if !found.is_empty() {
            assert_eq!(found, expected, "{id}");
        }
        notes += found.iter().filter(|note| !note.is_empty()).count();
    }
    assert!(notes > 0, "the table holds notes");
}
