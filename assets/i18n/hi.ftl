# Every sentence a person can see, in Hindi. The English of each key stands in en.ftl.
# Keys: area-name, in kebab case. A value in braces comes from the program.

## Dates and ages

month-1 = जनवरी
month-2 = फरवरी
month-3 = मार्च
month-4 = अप्रैल
month-5 = मई
month-6 = जून
month-7 = जुलाई
month-8 = अगस्त
month-9 = सितंबर
month-10 = अक्टूबर
month-11 = नवंबर
month-12 = दिसंबर
date-day = { $day } { $month } { $year }
date-estimated = { $date } (अनुमानित)

age-before-birth = जन्म से पहले
age-newborn = नवजात
age-days = { $n } दिन
age-weeks = { $n ->
    [one] { $n } हफ़्ता
   *[other] { $n } हफ़्ते
}
age-months = { $n ->
    [one] { $n } महीना
   *[other] { $n } महीने
}
age-years = { $n } साल

## Children

child-baby-of = { $mother } का शिशु
sex-female = बालिका
sex-male = बालक
sex-other = अन्य

## Schedules

schedule-seed = भारत की बाल टीकाकरण योजना की सूची
schedule-uip = सार्वभौमिक टीकाकरण कार्यक्रम (राष्ट्रीय टीकाकरण सारणी)

## Vaccines: product-<id in lower case>, as a nurse calls it

product-bcg = बीसीजी
product-hepb = हेपेटाइटिस बी
product-opv = ओपीवी
product-dpt = डीपीटी
product-hib = हिब
product-ipv = आईपीवी
product-fipv = एफ-आईपीवी
product-rv = रोटावायरस
product-rvv = रोटावायरस
product-pcv = पीसीवी
product-flu = इन्फ्लुएंजा
product-mr = एमआर
product-mmr = एमएमआर
product-mmrv = एमएमआरवी
product-je = जेई
product-vita = विटामिन ए
product-hepa = हेपेटाइटिस ए
product-var = चिकनपॉक्स
product-tcv = टाइफाइड
product-td = टीडी
product-tdap = टीडैप
product-hpv = एचपीवी
product-penta = पेंटावेलेंट
product-hexa = हेक्सावेलेंट

## Doses: the general form, then dose-<id in lower case> where the general form would mislead

dose-numbered = { $product } { $n }
dose-birth = { $product } जन्म खुराक
dose-booster = { $product } बूस्टर
dose-booster-numbered = { $product } बूस्टर { $n }
dose-opv-0 = ओपीवी 0 (जन्म खुराक)
dose-td-10 = टीडी, 10 साल
dose-td-16 = टीडी, 16 साल
dose-hpv-14 = एचपीवी, 14 साल
dose-tdap = टीडैप या टीडी
# A whole series.
dose-dtp = डीपीटी
dose-hepb0 = हेपेटाइटिस बी जन्म खुराक

## Why a dose does not count, or counts with a remark: reason-<code>

reason-min-age = न्यूनतम आयु से पहले दी गई
reason-min-interval = पिछली खुराक के बाद बहुत जल्दी दी गई
reason-from-first = पहली खुराक के बाद बहुत जल्दी दी गई
reason-live-spacing = दूसरे जीवित टीके के बाद 28 दिन से पहले दी गई
reason-series-complete = इस टीके की सभी खुराकें पहले ही पूरी थीं
reason-window-closed = आयु सीमा के बाद दी गई
reason-combination = संयुक्त टीके का भाग, उस दिन इसकी ज़रूरत नहीं थी
reason-duplicate = एक ही दिन दो बार दी गई
reason-after-latest-age = तय समय के बाद दी गई; यह गिनी जाती है

## Fonts

fonts-missing = Noto Sans और Noto Sans Devanagari फ़ॉन्ट इंस्टॉल नहीं हैं। पैकेज fonts-noto-core इंस्टॉल करें, फिर प्रोग्राम दोबारा शुरू करें।

## Certificate

paper-certificate-title = टीकाकरण प्रमाण पत्र
paper-specimen = नमूना
paper-specimen-note = केवल दिखाने के लिए छापा गया। यह किसी वास्तविक बच्चे का रिकॉर्ड नहीं है।
paper-facility-code = कोड
paper-facility-phone = फ़ोन
paper-certificate-number = प्रमाण पत्र संख्या
paper-issued-on = जारी करने की तारीख
paper-schedule = टीकाकरण सारणी
paper-child-name = बच्चे का नाम
paper-child-id = बच्चे की पहचान संख्या
paper-dob = जन्म तिथि
paper-age = जारी करने की तारीख पर आयु
paper-sex = लिंग
paper-guardian = माता या अभिभावक
paper-village = गाँव
paper-first-year = 1 साल पर पूर्ण टीकाकरण
paper-second-year = 2 साल पर संपूर्ण टीकाकरण
paper-milestone-reached = हाँ
paper-milestone-missed = नहीं
paper-milestone-open = अभी यह आयु नहीं हुई
paper-doses-title = दी गई खुराकें
paper-no-doses = कोई खुराक दर्ज नहीं है।
paper-dose-vaccine = टीका और खुराक
paper-dose-given-on = दी गई तारीख
paper-dose-age = आयु
paper-dose-batch = बैच
paper-dose-place = स्थान
paper-dose-given-by = किसने दी
paper-dose-with = { $product } के रूप में
paper-dose-remark = टिप्पणी: { $reason }
paper-dose-extra = अतिरिक्त खुराक: { $reason }
paper-dose-not-counted = मान्य नहीं: { $reason }
paper-dose-no-reason = कारण दर्ज नहीं है
paper-dose-outside = बाहरी रिकॉर्ड: दूसरे कार्ड से लिया गया
paper-dose-doubtful-date = तारीख की पुष्टि नहीं हुई: दर्ज करने वाले यंत्र की घड़ी गलत थी
paper-not-counted-legend = × वाली खुराक इस सारणी में नहीं गिनी जाती; कारण उसके नीचे लिखा है।
paper-next-title = अगली खुराकें
paper-no-next = इस सारणी में अब कोई खुराक बाकी नहीं है।
paper-next-vaccine = टीका और खुराक
paper-next-due = नियत तारीख
paper-next-remark = टिप्पणी
paper-next-overdue = समय निकल गया: कृपया जल्दी आएँ
paper-signature = हस्ताक्षर
paper-seal = केंद्र की मुहर
paper-issued-by = जारीकर्ता
paper-no-qr = जिस प्रमाण पत्र पर क्यूआर कोड नहीं होता उसे मशीन से सत्यापित नहीं किया जा सकता, और इस पर क्यूआर कोड नहीं है। जाँच के लिए इसकी संख्या ऊपर लिखे केंद्र को बताएँ।
paper-footer-certificate = प्रमाण पत्र
paper-footer-child = बच्चा
paper-page = पृष्ठ { $page }, कुल { $pages }
paper-error-font = फ़ॉन्ट की फ़ाइल खराब है। पैकेज fonts-noto-core दोबारा इंस्टॉल करें।
paper-error-no-glyph = अक्षर { $letter } छापा नहीं जा सकता। उसे देवनागरी या रोमन अक्षरों में लिखें, फिर दोबारा छापें।
paper-error-too-long = इस प्रमाण पत्र का कोई लेख { $max } अक्षरों से लंबा है। उसे छोटा करें, फिर दोबारा छापें।
paper-error-too-many = इस प्रमाण पत्र में { $max } से अधिक पंक्तियाँ हैं। कम समय के लिए छापें।
paper-error-write = प्रमाण पत्र सहेजा नहीं गया। देखें कि खाली जगह है और वहाँ लिखने की अनुमति है, फिर दोबारा कोशिश करें।
