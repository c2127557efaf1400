//! Growth, diet, adverse events.

use super::*;
use clinic::diet::{Choice, Region};
use clinic::growth::{Chart, Remeasure, Wasting};
use clinic::ledger::EventId;
use clinic::record::command::ChildForm;
use clinic::record::fact::{AefiClass, AefiDose, AefiForm, AefiOutcome, Food, GrowthMeasured};
use clinic::record::refusal::{Field, Refusal};
use clinic::store::{GrowthShow, Happened, Need};

fn growth(child: ChildId, on: NaiveDate) -> GrowthMeasured {
    GrowthMeasured {
        child,
        on: to_day(on),
        weight_g: None,
        length_mm: None,
        standing: false,
        muac_mm: None,
        head_mm: None,
        oedema: false,
        breastfed: None,
    }
}

fn measure(d: &Desk, growth: GrowthMeasured) -> Outcome {
    d.clinic.submit(&d.asha, Command::MeasureGrowth(growth))
}

#[test]
fn what_no_child_can_weigh_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(300);
    let of = |on| growth(child, on);
    assert_eq!(refusal(measure(&d, of(today()))), Refusal::NotMeasured);
    let weight = |g| GrowthMeasured { weight_g: Some(g), ..of(today()) };
    for (g, fits) in [(199, false), (200, true), (200_000, true), (200_001, false)] {
        match fits {
            true => drop(measure(&d, weight(g)).unwrap()),
            false => assert_eq!(refusal(measure(&d, weight(g))), Refusal::Range(Field::Weight)),
        }
    }
    let wrong = [
        (GrowthMeasured { length_mm: Some(199), ..of(today()) }, Field::Length),
        (GrowthMeasured { length_mm: Some(2_201), ..of(today()) }, Field::Length),
        (GrowthMeasured { muac_mm: Some(49), ..of(today()) }, Field::Muac),
        (GrowthMeasured { muac_mm: Some(601), ..of(today()) }, Field::Muac),
        (GrowthMeasured { head_mm: Some(801), ..of(today()) }, Field::Head),
    ];
    for (growth, field) in wrong {
        assert_eq!(refusal(measure(&d, growth)), Refusal::Range(field));
    }
    assert_eq!(refusal(measure(&d, GrowthMeasured { oedema: true, ..of(ago(301)) })), Refusal::BeforeBirth);
    let tomorrow = GrowthMeasured { oedema: true, ..of(today() + Days::new(1)) };
    assert_eq!(refusal(measure(&d, tomorrow)), Refusal::Future(Field::Date));
    // Oedema alone is a finding, on the day of birth too.
    measure(&d, GrowthMeasured { oedema: true, ..of(ago(300)) }).unwrap();
    d.sound();
}

#[test]
fn a_child_in_need_is_on_the_list_until_it_is_well_or_the_scale_was_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let (thin, well) = (d.child_of(400), d.child_of(400));
    let of = |child, on, g, muac| GrowthMeasured { weight_g: Some(g), muac_mm: Some(muac), ..growth(child, on) };
    measure(&d, of(well, ago(3), 9_500, 140)).unwrap();
    // 115 mm is moderate, less is severe.
    let first = measure(&d, of(thin, ago(9), 8_800, 115)).unwrap();
    let line = |d: &Desk| {
        let (lines, total) = d.clinic.growth_list(&d.asha, GrowthShow::InNeed, 0).unwrap();
        assert_eq!(lines.len(), total as usize);
        lines.into_iter().map(|line| (line.child.id, line.need.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(line(&d), [(thin, Need::Watch)]);
    let second = measure(&d, of(thin, ago(2), 8_700, 114)).unwrap();
    assert_eq!(line(&d), [(thin, Need::Refer)]);
    let page = d.page(thin);
    assert_eq!(page.growth.len(), 2);
    assert_eq!(page.growth[0].found.as_ref().unwrap().wasting, Some(Wasting::Sam));
    assert!(page.growth[0].found.as_ref().unwrap().is_referred());
    let withdraw = |growth: EventId, reason: &str| {
        d.clinic.submit(&d.asha, Command::WithdrawGrowth { growth, reason: reason.into() })
    };
    assert_eq!(refusal(withdraw(second.event, "")), Refusal::Missing(Field::Reason));
    withdraw(second.event, "the tape was on the sleeve").unwrap();
    assert_eq!(refusal(withdraw(second.event, "again")), Refusal::UnknownGrowth);
    assert_eq!(line(&d), [(thin, Need::Watch)]);
    let view = d.clinic.child_growth(&d.asha, thin).unwrap();
    assert_eq!((view.lines.len(), view.withdrawn[0].1.as_str()), (1, "the tape was on the sleeve"));
    withdraw(first.event, "another child").unwrap();
    assert_eq!(line(&d), []);
    // Never measured, or not since.
    let since = |day| d.clinic.growth_list(&d.asha, GrowthShow::NotSince(day), 0).unwrap().1;
    assert_eq!((since(ago(3)), since(ago(2))), (1, 2));
    // A child that moved away is on no list.
    measure(&d, of(thin, today(), 8_000, 110)).unwrap();
    assert_eq!(line(&d).len(), 1);
    let gone = clinic::record::fact::Gone::MovedAway;
    let away = Command::InactivateChild { child: thin, why: gone, on: to_day(today()), note: String::new() };
    d.clinic.submit(&d.admin, away).unwrap();
    assert_eq!(line(&d), []);
    d.sound();
}

#[test]
fn what_was_stored_although_it_is_hardly_possible_stays_marked() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let newborn = d.child_of(1);
    let weight = |g| GrowthMeasured { weight_g: Some(g), length_mm: Some(500), ..growth(newborn, today()) };
    let wrong = measure(&d, weight(23_000)).unwrap().event;
    measure(&d, weight(3_200)).unwrap();
    let doubted = || {
        let told = d.clinic.child_history(&d.asha, newborn).unwrap().into_iter().rev();
        let told = told.filter_map(|line| match line.what {
            Happened::Measured(_, doubted) => Some(doubted),
            _ => None,
        });
        let on_page = d.page(newborn).growth;
        let on_page: Vec<_> = on_page.iter().rev().map(|line| line.found.as_ref().unwrap().doubted()).collect();
        (told.collect::<Vec<_>>(), on_page)
    };
    let weight_only = vec![Remeasure::Weight];
    assert_eq!(doubted(), (vec![weight_only.clone(), vec![]], vec![weight_only.clone(), vec![]]));
    // Taken back it is no more on the page; the history keeps what was said.
    d.clinic.submit(&d.asha, Command::WithdrawGrowth { growth: wrong, reason: "the scale".into() }).unwrap();
    assert_eq!(doubted(), (vec![weight_only, vec![]], vec![vec![]]));
    d.sound();
}

#[test]
fn a_chart_has_the_points_between_its_lines() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(900);
    let at = |days: u64, g, mm, standing| GrowthMeasured {
        weight_g: Some(g),
        length_mm: Some(mm),
        standing,
        ..growth(child, ago(900 - days))
    };
    for measured in [at(30, 4_200, 540, false), at(365, 9_000, 745, false), at(731, 11_600, 860, true)] {
        measure(&d, measured).unwrap();
    }
    let view = d.clinic.child_growth(&d.asha, child).unwrap();
    let chart = |wanted| view.charts.iter().find(|c| c.chart == wanted).unwrap();
    let weight = chart(Chart::WeightForAge);
    assert_eq!(weight.points, [(30, 4_200), (365, 9_000), (731, 11_600)]);
    assert_eq!(weight.curves.len(), 5);
    for curve in &weight.curves {
        assert!((100..400).contains(&curve.points.len()), "{}", curve.points.len());
        assert_eq!((curve.points[0].x, curve.points.last().unwrap().x), (0, 3 * 366));
    }
    assert_eq!(chart(Chart::WeightForLength).points, [(540, 4_200), (745, 9_000)]);
    assert_eq!(chart(Chart::WeightForHeight).points, [(860, 11_600)]);
    // Lying at the age of standing is 7 mm shorter.
    measure(&d, at(740, 11_700, 870, false)).unwrap();
    let view = d.clinic.child_growth(&d.asha, child).unwrap();
    let height = view.charts.iter().find(|c| c.chart == Chart::WeightForHeight).unwrap();
    assert_eq!(height.points, [(860, 11_600), (863, 11_700)]);
    d.sound();
}

#[test]
fn the_diet_plan_goes_by_age_food_region_and_growth() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(400);
    let view = d.clinic.diet_plan(&d.asha, child).unwrap().unwrap();
    assert_eq!((view.region, view.food, view.measured_on), (None, None, None));
    assert!(view.plan.regional.staple.is_empty() && !view.plan.meals.is_empty());
    let settings = clinic::record::command::Settings { region: "east".into(), ..d.clinic.settings(&d.admin).unwrap() };
    d.clinic.submit(&d.admin, Command::ChangeSettings(settings)).unwrap();
    let edit = Command::EditChild {
        child,
        form: ChildForm { food: Some(Food::NonVeg), ..form("Gudiya", ago(400)) },
        reason: "asked".into(),
    };
    d.clinic.submit(&d.asha, edit).unwrap();
    measure(&d, GrowthMeasured { muac_mm: Some(120), breastfed: Some(false), ..growth(child, ago(1)) }).unwrap();
    let view = d.clinic.diet_plan(&d.asha, child).unwrap().unwrap();
    assert_eq!((view.region, view.food, view.measured_on), (Some(Region::East), Some(Choice::NonVeg), Some(ago(1))));
    assert!(!view.plan.regional.staple.is_empty() && !view.plan.advice.is_empty());
    assert!(!view.plan.breastfed_assumed);
    let old = d.register(&d.asha, form("Raju", ago(365 * 14)), None).unwrap();
    assert_eq!(d.clinic.diet_plan(&d.asha, old).unwrap(), None);
    d.sound();
}

fn event(product: &str, given: NaiveDate, onset: NaiveDate) -> AefiForm {
    let dose =
        AefiDose { product: product.into(), on: to_day(given), at_min: None, opened_ms: None, diluent: String::new() };
    AefiForm {
        class: AefiClass::Minor,
        doses: vec![dose],
        onset_on: to_day(onset),
        onset_min: None,
        description: "fever".into(),
        hospital: String::new(),
        admitted_on: None,
        outcome: AefiOutcome::Recovering,
        died_on: None,
        past_reactions: String::new(),
        case_id: String::new(),
        told_by: "the mother".into(),
        cluster: false,
    }
}

#[test]
fn what_is_wrong_with_a_report_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(60);
    d.give(child, "PENTA", ago(3)).unwrap();
    let no = |form| refusal(d.clinic.submit(&d.asha, Command::ReportAefi { child, form }));
    let good = || event("PENTA", ago(3), ago(3));
    assert_eq!(no(AefiForm { doses: Vec::new(), ..good() }), Refusal::Missing(Field::Product));
    assert_eq!(no(event("PENTA", ago(4), ago(3))), Refusal::UnknownDose);
    assert_eq!(no(event("PENTA", ago(3), ago(4))), Refusal::Form(Field::Onset));
    assert_eq!(no(event("PENTA", ago(3), today() + Days::new(1))), Refusal::Future(Field::Onset));
    let at = |given, onset| {
        let mut form = good();
        form.doses[0].at_min = Some(given);
        AefiForm { onset_min: Some(onset), ..form }
    };
    assert_eq!(no(at(600, 599)), Refusal::Form(Field::Onset));
    assert_eq!(no(at(600, 1_440)), Refusal::Range(Field::Onset));
    assert_eq!(no(AefiForm { description: " ".into(), ..good() }), Refusal::Missing(Field::Description));
    assert_eq!(no(AefiForm { outcome: AefiOutcome::Died, ..good() }), Refusal::Missing(Field::Date));
    assert_eq!(no(AefiForm { died_on: Some(to_day(ago(1))), ..good() }), Refusal::Missing(Field::Date));
    let died = AefiForm { outcome: AefiOutcome::Died, died_on: Some(to_day(ago(4))), ..good() };
    assert_eq!(no(died), Refusal::Form(Field::Onset));
    let mut twice = good();
    twice.doses.push(twice.doses[0].clone());
    assert_eq!(no(twice), Refusal::DoseKnown);
    assert_eq!(no(AefiForm { hospital: "x".repeat(301), ..good() }), Refusal::TooLong(Field::Hospital));
    assert!(matches!(
        refusal(d.clinic.submit(&d.admin, Command::ReportAefi { child, form: good() })),
        Refusal::NotAllowed(_)
    ));
    d.clinic.submit(&d.asha, Command::ReportAefi { child, form: at(600, 600) }).unwrap();
    d.sound();
}

#[test]
fn a_report_is_filled_from_the_records() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(60);
    d.receive("PENTA", "P 4", today() + Days::new(90));
    d.clinic.submit(&d.asha, Command::OpenVial { product: "PENTA".into(), batch: "P 4".into() }).unwrap();
    d.give_with(child, told("PENTA", today(), Some("P 4")), None, GivenAt::Here(None)).unwrap();
    d.give_with(child, told("BCG", ago(60), Some("X")), None, GivenAt::Outside("hospital card".into())).unwrap();
    let mut form = event("PENTA", today(), today());
    form.doses.push(AefiDose {
        product: "BCG".into(),
        on: to_day(ago(60)),
        at_min: None,
        opened_ms: None,
        diluent: "D 1".into(),
    });
    form.hospital = "District hospital".into();
    let receipt = d.clinic.submit(&d.asha, Command::ReportAefi { child, form: form.clone() }).unwrap();
    let view = d.clinic.aefi(&d.asha, receipt.event).unwrap();
    // A hospital stay makes it serious, whatever was ticked.
    assert_eq!((view.line.class, view.form.class), (AefiClass::Serious, AefiClass::Serious));
    assert_eq!(
        (view.line.crf_due(), view.line.cif_due()),
        (Some(today() + Days::new(1)), Some(today() + Days::new(10)))
    );
    assert_eq!((view.record.form.mother.as_str(), view.facility.as_str()), ("Meena Devi", "PHC Rampur"));
    let [penta, bcg] = &view.doses[..] else { panic!("{:?}", view.doses) };
    assert_eq!(penta.items, ["PENTA-1"]);
    assert_eq!(
        (penta.manufacturer.as_deref(), penta.expires_on),
        (Some("Serum Example"), Some(today() + Days::new(90)))
    );
    assert_eq!((penta.opened_ms, penta.given_by.as_str()), (Some(common::NOON_MS), "The asha"));
    assert_eq!(penta.session, view.session);
    assert!(view.session.is_some());
    assert_eq!((bcg.outside.as_deref(), bcg.dose.diluent.as_str()), (Some("hospital card"), "D 1"));
    assert_eq!((bcg.session.as_ref(), bcg.manufacturer.as_ref()), (None, None));
    // The dose is corrected afterwards: the report can be completed all the same, and says so.
    d.withdraw(key(child, "PENTA", today())).unwrap();
    let update = |form| d.clinic.submit(&d.asha, Command::UpdateAefi { aefi: receipt.event, form });
    let case = AefiForm { case_id: "IND(AEFI)/UP/1/2026/4".into(), outcome: AefiOutcome::Recovered, ..form };
    update(case.clone()).unwrap();
    let view = d.clinic.aefi(&d.asha, receipt.event).unwrap();
    assert!(view.doses[0].taken_back && view.line.crf_due().is_none());
    assert_eq!(view.line.outcome, AefiOutcome::Recovered);
    assert_eq!(refusal(update(AefiForm { doses: event("OPV", today(), today()).doses, ..case })), Refusal::UnknownDose);
    let nobody = EventId { seq: 1, ..receipt.event };
    let of_none = Command::UpdateAefi { aefi: nobody, form: event("BCG", ago(60), today()) };
    assert_eq!(refusal(d.clinic.submit(&d.asha, of_none)), Refusal::UnknownAefi);
    // One that was written down of the wrong child is gone from every list; its history tells both.
    let wrong = d.clinic.submit(&d.asha, Command::ReportAefi { child, form: event("BCG", ago(60), today()) }).unwrap();
    assert_eq!(d.page(child).aefis.len(), 2);
    let withdraw =
        |reason: &str| d.clinic.submit(&d.asha, Command::WithdrawAefi { aefi: wrong.event, reason: reason.into() });
    assert_eq!(refusal(withdraw(" ")), Refusal::Missing(Field::Reason));
    withdraw("her sister's").unwrap();
    assert_eq!(refusal(withdraw("again")), Refusal::UnknownAefi);
    let more = Command::UpdateAefi { aefi: wrong.event, form: event("BCG", ago(60), today()) };
    assert_eq!(refusal(d.clinic.submit(&d.asha, more)), Refusal::UnknownAefi);
    assert_eq!(d.page(child).aefis.iter().map(|line| line.event).collect::<Vec<_>>(), [receipt.event]);
    let told = d.clinic.child_history(&d.asha, child).unwrap();
    let taken_back = Happened::AefiWithdrawn { reason: "her sister's".into() };
    assert!(told.iter().any(|line| line.what == taken_back), "{told:?}");
    // The list of a month, and whose it is.
    let list = |session, from, to| d.clinic.aefis(session, &(from..=to), 0).unwrap();
    assert_eq!(list(&d.admin, today(), today()).1, 1);
    assert_eq!(list(&d.asha, ago(3), ago(1)).1, 0);
    assert_eq!(list(&d.asha, ago(3), today()).0[0].products, ["PENTA", "BCG"]);
    assert!(matches!(refusal(d.clinic.aefis(&d.root, &(today()..=today()), 0)), Refusal::NotAllowed(_)));
    assert_eq!(d.page(child).aefis.len(), 1);
    d.sound();
}
