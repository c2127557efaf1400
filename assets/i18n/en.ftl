# Every sentence a person can see, in English. The Hindi of each key stands in hi.ftl.
# Keys: area-name, in kebab case. A value in braces comes from the program.

## Dates and ages

month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
date-day = { $day } { $month } { $year }
date-estimated = { $date } (estimated)

age-before-birth = before birth
age-newborn = newborn
age-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
age-weeks = { $n ->
    [one] { $n } week
   *[other] { $n } weeks
}
age-months = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
age-years = { $n ->
    [one] { $n } year
   *[other] { $n } years
}

## Children

child-baby-of = Baby of { $mother }
sex-female = Girl
sex-male = Boy
sex-other = Other

## Schedules

schedule-seed = List Child Immunization Plan of India
schedule-uip = Universal Immunization Programme (National Immunization Schedule)

## Vaccines: product-<id in lower case>, as a nurse calls it

product-bcg = BCG
product-hepb = Hepatitis B
product-opv = OPV
product-dpt = DPT
product-hib = Hib
product-ipv = IPV
product-fipv = fIPV
product-rv = Rotavirus
product-rvv = Rotavirus
product-pcv = PCV
product-flu = Influenza
product-mr = MR
product-mmr = MMR
product-mmrv = MMRV
product-je = JE
product-vita = Vitamin A
product-hepa = Hepatitis A
product-var = Chickenpox
product-tcv = Typhoid
product-td = Td
product-tdap = Tdap
product-hpv = HPV
product-penta = Pentavalent
product-hexa = Hexavalent

## Doses: the general form, then dose-<id in lower case> where the general form would mislead

dose-numbered = { $product } { $n }
dose-birth = { $product } birth dose
dose-booster = { $product } booster
dose-booster-numbered = { $product } booster { $n }
dose-opv-0 = OPV 0 (birth dose)
dose-td-10 = Td, 10 years
dose-td-16 = Td, 16 years
dose-hpv-14 = HPV, 14 years
dose-tdap = Tdap or Td
# A whole series.
dose-dtp = DPT
dose-hepb0 = Hepatitis B birth dose

## Why a dose does not count, or counts with a remark: reason-<code>

reason-min-age = given before the minimum age
reason-min-interval = given too soon after the dose before it
reason-from-first = given too soon after the first dose
reason-live-spacing = given less than 28 days after another live vaccine
reason-series-complete = the series was complete already
reason-window-closed = given after the age limit
reason-combination = part of a combined vaccine, not needed on that day
reason-duplicate = given twice on one day
reason-after-latest-age = given later than planned; it counts

## Fonts

fonts-missing = The fonts Noto Sans and Noto Sans Devanagari are not installed. Install the package fonts-noto-core, then start the program again.

## Certificate

paper-certificate-title = Immunization certificate
paper-specimen = SPECIMEN
paper-specimen-note = Printed for demonstration only. It is not the record of a real child.
paper-facility-code = Code
paper-facility-phone = Phone
paper-certificate-number = Certificate number
paper-issued-on = Date of issue
paper-schedule = Schedule
paper-child-name = Name of the child
paper-child-id = Child id
paper-dob = Date of birth
paper-age = Age on the date of issue
paper-sex = Sex
paper-guardian = Mother or guardian
paper-village = Village
paper-first-year = Fully immunized at 1 year
paper-second-year = Completely immunized at 2 years
paper-milestone-reached = Yes
paper-milestone-missed = No
paper-milestone-open = Not yet of that age
paper-doses-title = Doses given
paper-no-doses = No dose is recorded.
paper-dose-vaccine = Vaccine and dose
paper-dose-given-on = Given on
paper-dose-age = Age
paper-dose-batch = Batch
paper-dose-place = Place
paper-dose-given-by = Given by
paper-dose-with = as { $product }
paper-dose-remark = Remark: { $reason }
paper-dose-extra = Extra dose: { $reason }
paper-dose-not-counted = NOT COUNTED: { $reason }
paper-dose-no-reason = no reason is recorded
paper-dose-outside = Outside record: copied from another card
paper-dose-doubtful-date = The date is not confirmed: the recording device's clock was wrong
paper-not-counted-legend = A dose marked × does not count for this schedule; the reason stands below it.
paper-next-title = Next doses
paper-no-next = No further dose is due under this schedule.
paper-next-vaccine = Vaccine and dose
paper-next-due = Due on
paper-next-remark = Remark
paper-next-overdue = Overdue: please come soon
paper-signature = Signature
paper-seal = Seal of the facility
paper-issued-by = Issued by
paper-no-qr = A certificate without a QR code cannot be verified by a machine, and this one has none. To check it, give its number to the facility named above.
paper-footer-certificate = Certificate
paper-footer-child = Child
paper-page = Page { $page } of { $pages }
paper-error-font = A font file is damaged. Install the package fonts-noto-core again.
paper-error-no-glyph = The letter { $letter } cannot be printed. Write it in Latin or Devanagari letters, then print again.
paper-error-too-long = A text on this certificate is longer than { $max } letters. Shorten it, then print again.
paper-error-too-many = This certificate has more than { $max } lines. Print it for a shorter time.
paper-error-write = The certificate was not saved. Check that there is free space and that you may write there, then try again.
