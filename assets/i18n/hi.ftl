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

schedule-seed = राष्ट्रीय सारणी, बाल रोग अकादमी (आईएपी) के टीकों के साथ
schedule-uip = राष्ट्रीय टीकाकरण सारणी (यूआईपी)

## Vaccines: product-<id in lower case>, as a nurse calls it

product-bcg = बीसीजी
product-hepb = हेपेटाइटिस बी
product-opv = ओपीवी
product-dpt = डीपीटी
product-hib = हिब
product-ipv = आईपीवी
product-fipv = एफआईपीवी
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

dose-numbered = { $product }{ "\u00A0" }{ $n }
dose-birth = { $product } जन्म खुराक
dose-booster = { $product } बूस्टर
dose-booster-numbered = { $product } बूस्टर{ "\u00A0" }{ $n }
dose-opv-0 = ओपीवी 0 (जन्म खुराक)
dose-td-10 = टीडी, 10 साल
dose-td-16 = टीडी, 16 साल
dose-hpv-14 = एचपीवी, 14 साल
dose-tdap = टीडैप या टीडी
# A whole series.
dose-dtp = डीपीटी
dose-hepb0 = हेपेटाइटिस बी जन्म खुराक

## Why a dose does not count, or counts with a remark: reason-<code>

reason-min-age = न्यूनतम उम्र से पहले दी गई
reason-min-interval = पिछली खुराक के बाद बहुत जल्दी दी गई
reason-from-first = पहली खुराक के बाद बहुत जल्दी दी गई
reason-live-spacing = दूसरे जीवित टीके के बाद 28 दिन से पहले दी गई
reason-series-complete = इस टीके की सभी खुराकें पहले ही पूरी थीं
reason-window-closed = उम्र सीमा के बाद दी गई
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
paper-certificate-number = प्रमाण पत्र नंबर
paper-issued-on = जारी करने की तारीख
paper-schedule = टीकाकरण सारणी
paper-child-name = बच्चे का नाम
paper-child-id = बच्चे का पहचान नंबर
paper-dob = जन्म तिथि
paper-age = जारी करने की तारीख पर उम्र
paper-sex = लिंग
paper-guardian = माता या अभिभावक
paper-village = गाँव
paper-first-year = 1 साल पर पूर्ण टीकाकरण
paper-second-year = 2 साल पर संपूर्ण टीकाकरण
paper-milestone-reached = हाँ, { $day } को
paper-milestone-missed = नहीं
paper-milestone-open = अभी यह उम्र नहीं हुई
paper-doses-title = दी गई खुराकें
paper-no-doses = कोई खुराक दर्ज नहीं है।
paper-dose-vaccine = टीका और खुराक
paper-dose-given-on = दी गई तारीख
paper-dose-age = उम्र
paper-dose-batch = बैच
paper-dose-place = स्थान
paper-dose-given-by = किसने लिखा
paper-dose-with = { $product } के रूप में
paper-dose-remark = टिप्पणी: { $reason }
paper-dose-extra = अतिरिक्त खुराक: { $reason }
paper-dose-not-counted = मान्य नहीं: { $reason }
paper-dose-no-reason = कारण दर्ज नहीं है
paper-dose-outside = बाहरी रिकॉर्ड: दूसरे कार्ड से लिया गया
paper-dose-doubtful-date = तारीख की पुष्टि नहीं हुई: दर्ज करने वाले टॉय की घड़ी गलत थी
paper-not-counted-legend = × वाली खुराक इस सारणी में नहीं गिनी जाती; कारण उसके नीचे लिखा है।
paper-next-title = अगली खुराकें
paper-no-next = इस सारणी में अब कोई खुराक बाकी नहीं है।
paper-next-vaccine = टीका और खुराक
paper-next-due = नियत तारीख
paper-next-remark = टिप्पणी
paper-next-overdue = देर हो गई है, टीका अब भी लगेगा: कृपया जल्दी आएँ
paper-signature = हस्ताक्षर
paper-seal = केंद्र की मुहर
paper-issued-by = जारीकर्ता
paper-no-qr = जिस प्रमाण पत्र पर क्यूआर कोड नहीं होता उसे मशीन से सत्यापित नहीं किया जा सकता, और इस पर क्यूआर कोड नहीं है। जाँच के लिए इसका नंबर ऊपर लिखे केंद्र को बताएँ।
paper-qr = इस कोड में यही खुराकें हैं, केंद्र के हस्ताक्षर के साथ (SMART Health Card)। जिसके पास केंद्र की कुंजी है, वह इसे बिना इंटरनेट के जाँच सकता है। जिस प्रमाण पत्र पर कोड नहीं होता उसे मशीन से सत्यापित नहीं किया जा सकता। कुंजी: { $key }
paper-qr-of = कोड { $n }, कुल { $of }
paper-qr-brief = { $n ->
    [one] सबसे पुरानी खुराक का बैच और स्थान केवल काग़ज़ पर है।
   *[other] सबसे पुरानी { $n } खुराकों का बैच और स्थान केवल काग़ज़ पर है।
}
paper-footer-certificate = प्रमाण पत्र
paper-footer-child = बच्चा
paper-page = पृष्ठ { $page }, कुल { $pages }
paper-printed-on = छपने की तारीख
paper-number = क्र.
paper-period = अवधि
paper-worker = कार्यकर्ता
paper-all = सभी
paper-lines = { $n ->
    [0] { $n } पंक्तियाँ
    [one] { $n } पंक्ति
   *[other] { $n } पंक्तियाँ
}
paper-nothing = सूची में कुछ नहीं है।
paper-sign-worker = कार्यकर्ता के हस्ताक्षर
paper-sign-officer = चिकित्सा अधिकारी के हस्ताक्षर
paper-month-title = मासिक टीकाकरण रिपोर्ट (एचएमआईएस)
paper-item = मद
paper-count = संख्या
paper-by-vaccine = यहाँ दी गई खुराकें, टीके के अनुसार
paper-vaccine = टीका
paper-coverage-title = कवरेज रिपोर्ट
paper-figures-title = स्प्रेडशीट के लिए आँकड़े (CSV)
paper-coverage-turned = इस अवधि में एक वर्ष के हुए पंजीकृत बच्चे
paper-coverage-denominator = हर हिस्सा यहाँ पंजीकृत बच्चों का है, क्षेत्र के अनुमानित जन्मों का नहीं।
paper-certificates-title = जारी किए गए प्रमाण पत्र
paper-issue = प्रति
paper-searched = खोजा गया
paper-defaulters-title = छूटी खुराकों वाले बच्चे
paper-due-title = जिन बच्चों को टीके लगने हैं
paper-no-village = गाँव नहीं लिखा
paper-family = परिवार
paper-missed = छूटी खुराकें
paper-days-late = कितने दिन की देर
paper-outcome = गृह भेंट में क्या हुआ
paper-no-consent = गृह भेंट नहीं: परिवार की सहमति नहीं
paper-session-title = सत्र की टैली शीट
paper-session-day = दिन
paper-session-kind = प्रकार
paper-session-site = स्थान
paper-villages = गाँव
paper-session-doses = खुराकें और शीशियाँ
paper-expected = अपेक्षित
paper-given = दी गई
paper-vials-opened = खोली गई शीशियाँ
paper-vials-returned = लौटाई गई शीशियाँ
paper-doses-wasted = बेकार खुराकें
paper-session-children = अपेक्षित बच्चे
paper-due-doses = कौन सी खुराकें लगनी हैं
paper-devices-title = टॉय रिपोर्ट
paper-device = टॉय
paper-besides = खुराकों के अलावा
paper-besides-told = नाप { $measured }, गृह भेंट { $visits }, नए बच्चे { $children }
paper-doubted = शक वाले
paper-last-record = अंतिम रिकॉर्ड { $day }
paper-days-heard = संपर्क के दिन
paper-lowest-battery = न्यूनतम बैटरी
paper-restarts = दोबारा चालू
paper-faults = खराबियाँ
paper-lost = संपर्क टूटा
paper-toys = { $n } टॉय।
paper-devices-by-worker = कार्यकर्ता के अनुसार
paper-devices-count = टॉय
paper-devices-about = खुराकें, नाप और गृह भेंट अपने दिन में गिनी जाती हैं, नया बच्चा उस दिन गिना जाता है जिस दिन बताया गया। शक वाली बातें “तय करना है” में बाकी हैं, या अलग रखी गईं। संपर्क के दिन, बैटरी, दोबारा चालू होना, खराबियाँ और संपर्क टूटना उस समय के हैं जब टॉय कार्यकर्ता के पास था।
paper-device-figures-title = स्प्रेडशीट के लिए टॉय रिपोर्ट (CSV)
paper-child-title = बच्चे की टीकाकरण रिपोर्ट
paper-plan = योजना, खुराक दर खुराक
paper-state = स्थिति
paper-state-day = दिन
paper-state-given = दी गई
paper-state-due = लगनी है
paper-state-late = देर हो गई
paper-state-upcoming = आगे लगनी है
paper-state-later = पिछली खुराक के बाद
paper-state-missed = अंतिम दिन बीत गया
paper-state-contra-indicated = नहीं देनी है
paper-state-not-needed = ज़रूरत नहीं
paper-growth = वृद्धि
paper-measured-on = नाप की तारीख
paper-weight = वज़न, किग्रा
paper-length = लंबाई, सेमी
paper-muac = बाँह का घेरा, सेमी
paper-head = सिर, सेमी
paper-diet-title = आहार योजना
paper-slip-title = अगली बार कब आना है
paper-slip-come = कृपया इस दिन आएँ
paper-slip-bring = यह पर्ची और बच्चे का कार्ड साथ लाएँ।
paper-schedule-title = टीकाकरण कार्ड
paper-schedule-bring = हर बार आते समय यह कार्ड लाएँ। जिसके आगे कुछ नहीं लिखा, वह टीका अभी लगना है।
paper-error-font = फ़ॉन्ट की फ़ाइल खराब है। पैकेज fonts-noto-core दोबारा इंस्टॉल करें।
paper-error-no-glyph = अक्षर { $letter } छापा नहीं जा सकता। उसे देवनागरी या रोमन अक्षरों में लिखें, फिर दोबारा छापें।
paper-error-too-long = इस काग़ज़ का कोई लेख { $max } अक्षरों से लंबा है। उसे छोटा करें, फिर दोबारा छापें।
paper-error-too-many = इस काग़ज़ में { $max } से अधिक पंक्तियाँ या पृष्ठ हैं। कम समय के लिए छापें।
paper-error-code = क्यूआर कोड में लिखी जाने वाली बात बहुत लंबी है। बच्चे का नाम छोटा करें, फिर दोबारा छापें।
paper-error-write = काग़ज़ सहेजा नहीं गया। देखें कि खाली जगह है और वहाँ लिखने की अनुमति है, फिर दोबारा कोशिश करें।
paper-error-stopped = इसे रोक दिया गया, कोई काग़ज़ नहीं बना।
paper-error-no-print-command = यह कंप्यूटर अभी छाप नहीं सकता। काग़ज़ सहेजें और कहीं और छापें, और कंप्यूटर की देखभाल करने वाले से छपाई चालू करवाएँ।
paper-error-printer-refused = प्रिंटर { $printer } ने काग़ज़ नहीं लिया। देखें कि वह चालू है और उसमें काग़ज़ है, दूसरा प्रिंटर चुनें, या काग़ज़ सहेजें।
paper-error-print-silent = इस कंप्यूटर की छपाई सेवा जवाब नहीं दे रही है। काग़ज़ सहेजें, और सेवा चलने पर छापें।

## A paper is made

papers-title = छापें या सहेजें
papers-title-of = छापें या सहेजें: { $name }
papers-open = छापें या सहेजें
papers-language = भाषा
papers-english = अंग्रेज़ी
papers-hindi = हिन्दी
papers-both = दोनों
papers-printer = प्रिंटर
papers-printers-asked = प्रिंटर खोजे जा रहे हैं
papers-no-printer = इस कंप्यूटर पर कोई प्रिंटर नहीं लगा है। काग़ज़ सहेजें और कहीं और छापें।
papers-to = यहाँ सहेजें
papers-to-hint = केवल नाम हो तो केंद्र के फ़ोल्डर में रहता है। या पेन ड्राइव चुनें
plugged-none = कोई पेन ड्राइव नहीं लगी है।
plugged-no-file = पेन ड्राइव पर ऐसी कोई फ़ाइल नहीं है।
plugged-look = फिर देखें
papers-print = छापें
papers-save = सहेजें
papers-look = सहेजकर खोलें
papers-making = काग़ज़ बन रहा है
papers-making-lines = काग़ज़ बन रहा है: { $of } में से { $done } पंक्तियाँ पढ़ीं।
papers-making-page = काग़ज़ बन रहा है: पन्ना { $page }।
papers-stop = रोकें: कुछ सहेजा या छापा नहीं जाएगा
papers-printed = काग़ज़ प्रिंटर { $printer } को भेजा गया।
papers-saved = काग़ज़ सहेजा गया: { $path }

## The desk: around every screen

shell-program = टीका स्टेशन
shell-language-name = हिन्दी
shell-today = आज
shell-children = बच्चे
shell-register = नया बच्चा
shell-toys = टॉय
shell-staff = कर्मचारी
shell-settings = सेटिंग
shell-lock = लॉक
shell-log-out = लॉग आउट
shell-who = { $name } · { $role }
shell-demo = डेमो: यहाँ हर बच्चा और हर नाम काल्पनिक है
shell-loading = रिकॉर्ड पढ़े जा रहे हैं…
long-begins = शुरू हो रहा है…
long-stop = रोकें
long-stopping = रुक रहा है…
shell-saving = सहेजा जा रहा है…
shell-back = वापस
shell-cancel = रद्द करें
shell-close = बंद करें
shell-keys-alt = + नंबर से पन्ना खुलता है, लिखते समय भी
shell-stray-digit = जिस पन्ने पर खाने हैं, वहाँ अकेला अंक कुछ नहीं करता। Alt और { $n } साथ दबाने से पन्ना खुलता है।
shell-cut-off = आपने जिस बच्चे का फ़ॉर्म शुरू किया था, वह सहेजा नहीं गया। वह "नया बच्चा" में है।
shell-cut-off-visit = एक बच्चे के लिए आपने जो लिखा था वह सहेजा नहीं गया। वह बच्चे के पन्ने पर है।
shell-cut-off-edit = बच्चे के रिकॉर्ड में आपने जो बदला था वह सहेजा नहीं गया। वह फ़ॉर्म में है।
shell-leave-title = यहाँ लिखा हुआ अभी सहेजा नहीं गया
shell-leave-about = यह पन्ना छोड़ने पर यहाँ लिखा या चुना हुआ मिट जाएगा।
shell-leave-stay = यहीं रहें
shell-leave-go = सहेजे बिना छोड़ें
shell-leave-paper = काग़ज़ अभी बन रहा है
shell-leave-paper-about = यह पन्ना छोड़ने पर वह न छपेगा, न सहेजा जाएगा।
shell-leave-paper-go = काग़ज़ के बिना छोड़ें
shell-escape-loses = यह अभी सहेजा नहीं गया है। Esc फिर दबाने पर यह छूट जाएगा।
shell-replace-loses = यहाँ लिखा हुआ अभी सहेजा नहीं गया। फिर दबाने पर दूसरा खुलेगा और यह छूट जाएगा।
close-title = कुछ अभी सहेजा नहीं गया है
close-about = प्रोग्राम बंद करने पर लिखा या चुना हुआ मिट जाएगा।
close-about-left = इन्होंने सहेजा नहीं: { $names }। प्रोग्राम बंद करने पर वह मिट जाएगा। बंद न करें, तो लिखने वाले को लॉगिन करने पर वह फिर मिलेगा।
close-stay-open = प्रोग्राम खुला रखें
close-stay = उस पर लौटें
close-go = सहेजे बिना बंद करें
close-about-paper = प्रोग्राम बंद करने पर वह न छपेगा, न सहेजा जाएगा। और जो लिखा है वह भी मिट जाएगा।
close-paper-go = काग़ज़ के बिना बंद करें
shell-keys-choose = चुनें
shell-keys-open = खोलें
shell-toys-online = { $n ->
    [0] कोई टॉय जुड़ा नहीं (कुल { $of })
    [one] { $of } में से { $n } टॉय जुड़ा है
   *[other] { $of } में से { $n } टॉय जुड़े हैं
}
shell-reader-card = रीडर पर कार्ड है
shell-hub-back = टॉय, कार्ड और ज़िले तक फिर पहुँच है।
shell-reader-ready = रीडर तैयार, कार्ड नहीं
shell-reader-starting = रीडर खोजा जा रहा है
shell-reader-none = कार्ड रीडर नहीं है
shell-reader-no-service = कार्ड रीडर: कंप्यूटर फिर चालू करें
shell-reader-refused = कार्ड रीडर: मदद बुलाएँ
shell-sync-no-district = अभी ज़िले से नहीं जुड़ा: { $n ->
    [one] { $n } रिकॉर्ड केवल यहाँ है
   *[other] { $n } रिकॉर्ड केवल यहाँ हैं
}
shell-sync-all = { $n ->
    [one] { $n } रिकॉर्ड ज़िले में पहुँचा
   *[other] सभी { $n } रिकॉर्ड ज़िले में पहुँचे
}
shell-sync-waiting = { $n ->
    [one] { $n } रिकॉर्ड { $since } से रुका है
   *[other] { $n } रिकॉर्ड { $since } से रुके हैं
}, अगला प्रयास { $seconds } सेकंड में
shell-sync-sending = { $of } में से { $n } रिकॉर्ड ज़िले को भेजे जा रहे हैं
shell-sync-arriving = ज़िले से आ रहे हैं: { $n } बाकी
shell-sync-spent = { $n ->
    [one] { $n } रिकॉर्ड आधी रात तक रुकेगा
   *[other] { $n } रिकॉर्ड आधी रात तक रुकेंगे
}: आज की इंटरनेट सीमा पूरी हुई
shell-sync-not-sent = { $n ->
    [one] { $n } रिकॉर्ड { $since } से ज़िले जाने के लिए रुका है
   *[other] { $n } रिकॉर्ड { $since } से ज़िले जाने के लिए रुके हैं
}
shell-sync-refused = ज़िला यहाँ के रिकॉर्ड नहीं ले रहा: ज़िला कार्यालय को फ़ोन करें
shell-sync-wrong-district = ज़िले के पते पर कोई और है: ज़िला कार्यालय को फ़ोन करें

weekday-1 = सोमवार
weekday-2 = मंगलवार
weekday-3 = बुधवार
weekday-4 = गुरुवार
weekday-5 = शुक्रवार
weekday-6 = शनिवार
weekday-7 = रविवार

role-super-admin = सुपर एडमिन
role-admin = एडमिन
role-phc-worker = स्वास्थ्य कार्यकर्ता
role-supervisor = सुपरवाइज़र
role-tracker = फ़ॉलो-अप कार्यकर्ता
role-about-super-admin = लोगों, टॉय और बैकअप को संभालता है; कोई बच्चा नहीं देखता
role-about-admin = सब बच्चे और सब सेटिंग देखता है, टॉय और काम देता है
role-about-phc-worker = इसके अपने बच्चे होते हैं: टीके देता है, परिवारों से मिलता है, टॉय साथ रखता है
role-about-supervisor = संख्याएँ और सत्र देखता है, किसी बच्चे का नाम नहीं
role-about-tracker = केवल वे परिवार देखता है जिन्हें खोजना है, और वे कहाँ रहते हैं

## Login and lock

login-say-who = अपने ही लॉगिन से काम करें, ताकि हर रिकॉर्ड पर दिखे कि उसे किसने लिखा।
login-locked-by = { $name } ने लॉक किया है। आगे बढ़ने के लिए अपना पासवर्ड लिखें।
login-name = लॉगिन
login-password = पासवर्ड
login-enter = लॉगिन करें
login-checking = जाँच हो रही है…
login-another = कोई और लॉगिन करे

## First run

first-run-step = { $of } में से चरण { $n }
first-run-forward = आगे
first-run-language-title = भाषा चुनें
first-run-language-about = सभी स्क्रीन और काग़ज़ अंग्रेज़ी या हिन्दी में हो सकते हैं; इसे कभी भी बदला जा सकता है।
first-run-language-line = स्क्रीन और काग़ज़ हिन्दी में
first-run-restore = पुराना केंद्र बैकअप से वापस लाएँ
first-run-clinic-title = केंद्र और टीकाकरण सारणी
first-run-clinic-about = यह नाम हर स्क्रीन और काग़ज़ पर रहता है; सारणी तय करती है कि कौन सी खुराक कब देनी है।
first-run-clinic-hint = जैसे बाहर बोर्ड पर लिखा नाम
first-run-schedule = यह केंद्र कौन सी टीकाकरण सारणी मानता है?
first-run-schedule-uip = राष्ट्रीय टीकाकरण सारणी (यूआईपी)
first-run-schedule-uip-about = वे टीके जो सरकार हर केंद्र को मुफ़्त भेजती है।
first-run-schedule-seed = राष्ट्रीय सारणी, बाल रोग अकादमी (आईएपी) के टीकों के साथ
first-run-schedule-seed-about = इन्फ्लुएंजा, हेपेटाइटिस ए, चिकनपॉक्स, टाइफाइड और एचपीवी भी, जैसी बाल रोग विशेषज्ञ सलाह देते हैं; कुछ टीके खरीदने पड़ते हैं।
first-run-endemic = क्या यह जापानी इंसेफेलाइटिस (जेई) प्रभावित ज़िला है?
first-run-endemic-yes = हाँ, यहाँ जेई का टीका दिया जाता है
first-run-endemic-no = नहीं
first-run-choose-schedule = दोनों में से एक सारणी चुनें।
first-run-choose-endemic = बताएँ कि यह ज़िला जेई प्रभावित है या नहीं। ज़िला कार्यालय को पता है।
first-run-super-admin-title = सुपर एडमिन
first-run-super-admin-about = यह व्यक्ति केंद्र को ज़िले से जोड़ता है और एडमिन बनाता है। रोज़ के काम के लोग अगले पन्नों पर जोड़ें।
first-run-person-name = पूरा नाम
first-run-login-hint = छोटा, अंग्रेज़ी के छोटे अक्षरों और अंकों में
first-run-password-hint = कम से कम 8 अक्षर, अंक या चिह्न; लॉगिन वाला शब्द न हो
first-run-password-again = पासवर्ड एक बार फिर
first-run-password-differs = दोनों पासवर्ड एक जैसे नहीं हैं।
first-run-key-title = रिकवरी कुंजी
first-run-key-about = यह कुंजी काग़ज़ पर लिखें और काग़ज़ को ताले में रखें, कंप्यूटर के पास नहीं। सारे पासवर्ड भूल जाने पर केवल यही रिकॉर्ड खोलती है।
first-run-key-written = मैंने लिख ली है
first-run-key-back-title = काग़ज़ से कुंजी टाइप करें
first-run-key-back-about = इससे जाँच होती है कि कुंजी सही उतारी गई, जब तक काग़ज़ सुधारा जा सकता है।
first-run-key-field = रिकवरी कुंजी
first-run-key-hint = छोटे अक्षरों में और बिना - के भी लिख सकते हैं
first-run-key-not-yet = कुंजी अभी पूरी नहीं है। नीचे चिह्नित समूह देखें।
first-run-group-open = समूह { $n }
first-run-group-right = समूह { $n } सही है
first-run-group-wrong = समूह { $n }: फिर देखें
first-run-admin-title = पहला एडमिन
first-run-admin-about = एडमिन का काम: कर्मचारी और टॉय दर्ज करना, कार्यकर्ताओं को बच्चे और काम देना, और केंद्र की सभी सूचियाँ देखना।
first-run-worker-title = पहली स्वास्थ्य कार्यकर्ता
first-run-worker-about = स्वास्थ्य कार्यकर्ता बच्चे दर्ज करती है और खुराकें लिखती है; और कार्यकर्ता बाद में जोड़ी जा सकती हैं।
first-run-found = केंद्र तैयार करें
first-run-founding = सुरक्षित रिकॉर्ड बनाए जा रहे हैं…
first-run-district-title = ज़िले से जुड़ें
first-run-district-about = ज़िला कार्यालय एक बार चलने वाला लिंक देता है। जुड़ने पर हर रिकॉर्ड की एक प्रति ज़िले में भी रहती है।
first-run-link = ज़िला कार्यालय का लिंक
first-run-link-hint = यह tikka:// से शुरू होता है
first-run-link-missing = पहले लिंक लिखें, या "बाद में" चुनें।
first-run-hub-starting = नेटवर्क अभी शुरू हो रहा है। थोड़ी देर में फिर कोशिश करें।
first-run-enrol = जुड़ें
first-run-enrolling = ज़िले से पूछा जा रहा है…
first-run-later = बाद में
first-run-done-title = केंद्र तैयार है
first-run-done-about = अब ये लोग अपने-अपने पासवर्ड से लॉगिन कर सकते हैं।
first-run-to-login = अब लॉगिन करें
restore-title = बैकअप से केंद्र वापस लाएँ
restore-about = दूसरे कंप्यूटर के सारे रिकॉर्ड यहाँ वापस आते हैं: उसकी बैकअप फ़ाइल और काग़ज़ पर लिखी रिकवरी कुंजी से। इसके बाद उस कंप्यूटर पर काम न करें।
restore-file = बैकअप फ़ाइल
restore-file-hint = नीचे से चुनें, या फ़ाइल का पूरा नाम लिखें
restore-login = किसी एडमिन या सुपर एडमिन का लॉगिन
restore-login-hint = यह व्यक्ति नीचे के नए पासवर्ड से लॉगिन करेगा। बाकी लोगों को नया पासवर्ड एडमिन से मिलेगा
restore-password = नया पासवर्ड
restore-begin = बैकअप से भरें
restore-checking = बैकअप की जाँच: { $of } में से { $n } रिकॉर्ड
restore-copying = कॉपी हो रहा है: { $of } में से { $n } एमबी
restore-building = सूचियाँ बन रही हैं: { $of } में से { $n } रिकॉर्ड
restore-no-file = लिखें कि बैकअप फ़ाइल कहाँ है।
restore-no-key = यह पूरी रिकवरी कुंजी नहीं है। काग़ज़ पर हर समूह को फिर देखें।
restore-stopped = रोक दिया गया। यहाँ कुछ नहीं बदला; फिर से शुरू कर सकते हैं।
restore-wrong-key = यह रिकवरी कुंजी इस बैकअप को नहीं खोलती। या तो कोई अक्षर गलत लिखा है, या काग़ज़ किसी और केंद्र का है।
restore-not-an-admin = इस बैकअप में इस लॉगिन वाला कोई एडमिन या सुपर एडमिन नहीं है जो काम कर सके।
restore-not-a-backup = यह फ़ाइल बैकअप नहीं है, या कॉपी करते समय कट गई। दूसरी फ़ाइल लें।
restore-damaged = यह बैकअप खराब है: जो लिखा गया था वह नहीं है। दूसरा बैकअप लें।
restore-unreadable = यह फ़ाइल पढ़ी नहीं जा सकती। क्या पेन ड्राइव लगी है, और नाम सही है?
restore-full = इस कंप्यूटर पर जगह नहीं बची। जगह बनाएँ, फिर शुरू करें।
restore-done-title = केंद्र वापस आ गया
restore-done-about = बैकअप में जो था वह सब यहाँ है।
restore-done-events = { $n } रिकॉर्ड, जैसे { $date } को { $time } बजे थे
restore-done-login = { $login } का लॉगिन नए पासवर्ड से चालू है। { $n ->
        [0] और किसी को कुछ नहीं करना है।
        [one] एक और व्यक्ति को एडमिन से नया पासवर्ड मिलेगा।
       *[other] { $n } और लोगों को एडमिन से नए पासवर्ड मिलेंगे।
    }
restore-done-other = जिस कंप्यूटर पर यह केंद्र पहले था उस पर अब काम न करें।
restore-done-later = बैकअप के बाद जो दर्ज हुआ वह ज़िले से वापस आता है, जितना वहाँ पहुँच चुका था।
restore-done-rekey = अगर इस बैकअप के बाद रिकॉर्ड पर नई कुंजी लगाई गई थी, क्योंकि पुरानी की नकल हो सकती थी, तो वह काम अब फिर करना है।

## Today

today-title = आज, { $day }
today-weekday = { $weekday }, { $day }
today-counts = { $late } देर से · { $due } को लगना है · दर्ज { $children ->
    [0] { $children } बच्चे
    [one] { $children } बच्चा
   *[other] { $children } बच्चे
}
today-order = देर वाले पहले: छोटे, ज़्यादा छूटे, लंबी देर
today-new-visit = नया टीकाकरण
today-filter-late = देर से { $n }
today-filter-due = लगना है { $n }
today-filter-more = गाँव: { $n } और…
today-column-child = बच्चा
today-column-guardian = अभिभावक और फ़ोन
today-column-give = क्या देना है
today-column-when = कब
today-days-late = { $n } दिन की देर
today-months-late = { $n ->
    [one] { $n } महीने की देर
   *[other] { $n } महीने की देर
}
today-years-late = { $n } साल की देर
today-due-since = { $n } दिन से बाकी
today-due-today = आज
today-more-doses = { $n ->
    [one] और { $n } टीका
   *[other] और { $n } टीके
}
today-more = और { $n }
today-no-children = आपकी सूची में अभी कोई बच्चा नहीं है
today-no-children-next = बच्चा दर्ज करें, या बच्चे का कार्ड रीडर पर रखें।
today-nobody = कोई बाकी नहीं है
today-nobody-next = अभी किसी को टीका नहीं लगना है। फिर भी आए बच्चे के लिए "नया टीकाकरण" दबाएँ।
today-toys-title = टॉय
today-side = टॉय और काम
today-list = सूची पर वापस
today-toy-alerts = ध्यान दें: { $n }
today-look-at-toys = टॉय देखें
today-no-toys = कोई टॉय दर्ज नहीं है। इस कंप्यूटर के पास टॉय चालू करें, फिर "टॉय" खोलें।
today-no-toy-of-mine = आपके पास टॉय नहीं है। एडमिन हर कार्यकर्ता को एक देता है।
today-children-waiting = { $n ->
    [one] टॉय पर दर्ज { $n } बच्चा एडमिन के देखने तक रुका है
   *[other] टॉय पर दर्ज { $n } बच्चे एडमिन के देखने तक रुके हैं
}
today-new-toys = { $n ->
    [one] पास में { $n } नया टॉय
   *[other] पास में { $n } नए टॉय
}
today-open-toys = दर्ज करें
today-tasks-title = बाकी काम: { $n }
today-no-tasks = कोई काम बाकी नहीं है।
today-task-visit = गृह भेंट
today-task-trace = छूटी खुराक वाले बच्चे को खोजें
today-task-card = कार्ड देना
today-task-other = दूसरा काम
today-task-due = { $name } · { $day } तक
today-task-done = हो गया
today-open-child = बच्चे को खोलें
today-conflicts-title = तय करना है
today-conflict = इसे देखें
today-settle = जवाब दें

# Why a dose that somebody reported is not believed: conflict-<kind>
conflict-unknown-child = ऐसे बच्चे की खुराक बताई गई जो यहाँ दर्ज नहीं है।
conflict-impossible-date = खुराक की ऐसी तारीख बताई गई जो होती ही नहीं।
conflict-before-birth = खुराक की तारीख बच्चे के जन्म से पहले की बताई गई।
conflict-after-death = बच्चे की मृत्यु के बाद के दिन की खुराक बताई गई।
conflict-future-date = खुराक की तारीख आगे की बताई गई।
conflict-unknown-product = ऐसे टीके की खुराक बताई गई जो सारणी में नहीं है।
conflict-toy-clock = खुराक ऐसे टॉय पर लिखी गई जिसकी घड़ी गलत थी, इसलिए तारीख पक्की नहीं है।
conflict-not-her-toy = एक टॉय ने ऐसे व्यक्ति के नाम से खुराक बताई जिसके पास वह टॉय उस समय नहीं था।
conflict-not-the-districts = ज़िले के रिकॉर्ड में ऐसी बात है जो ज़िला नहीं लिख सकता।
conflict-log-reopened = ज़िले के पास इस केंद्र के दूसरे रिकॉर्ड थे: कोई पुरानी प्रति वापस रखी गई, या कोई दूसरा कंप्यूटर इसकी प्रति से काम कर रहा है। कुछ खोया नहीं: दोनों के रिकॉर्ड अब यहाँ हैं।
conflict-withdrawn-dose = ऐसी खुराक बताई गई जो यहाँ हटा दी गई थी।
conflict-merged-elsewhere = जिस केंद्र में यह बच्चा पहले था, उसने इसका रिकॉर्ड किसी दूसरे रिकॉर्ड से जोड़ दिया। यहाँ कुछ नहीं बदला गया। देखें कि क्या दोनों एक ही बच्चा हैं।
conflict-edited-elsewhere = जिस केंद्र में यह बच्चा पहले था, उसने इसकी जानकारी बदली और उसे यहाँ लिखी बातें मालूम नहीं थीं। यहाँ कुछ नहीं बदला गया; इतिहास में दोनों दिखते हैं।
conflict-of-another-child = दूसरे केंद्र में रहे एक बच्चे के साथ इस केंद्र के किसी दूसरे बच्चे या कार्ड के बारे में कुछ आया। यहाँ कुछ नहीं बदला गया।
conflict-toy-measured = टॉय ने बच्चे की नाप बताई, पर तारीख, उसकी घड़ी या उसे रखने वाली कार्यकर्ता मेल नहीं खाती।
conflict-toy-measured-impossible = टॉय ने ऐसी नाप बताई जो इस बच्चे की नहीं हो सकती।
conflict-toy-sighted = टॉय ने बच्चे के घर जाना बताया, पर तारीख, उसकी घड़ी या उसे रखने वाली कार्यकर्ता मेल नहीं खाती।
conflict-toy-child = टॉय पर एक बच्चा दर्ज हुआ, पर उसकी घड़ी, तारीख या उसे रखने वाली कार्यकर्ता मेल नहीं खाती।
conflict-toy-child-alike = टॉय पर दर्ज बच्चा यहाँ दर्ज एक बच्चे जैसा है। बच्चा और उसके बारे में बताया सब कुछ रुका है।
conflict-toy-child-full = टॉय पर ऐसी कार्यकर्ता का बच्चा दर्ज हुआ जिसकी सूची भर गई है। बच्चा और उसके बारे में बताया सब कुछ रुका है।
conflict-toy-child-impossible = टॉय पर एक बच्चा दर्ज हुआ, पर उसके बारे में बताई बात सच नहीं हो सकती।
conflict-two-cards = दो रिकॉर्ड एक ही बच्चे के निकले, और दोनों के पास कार्ड था।
conflict-login-twice = एक ही लॉगिन से दो लोग दर्ज हुए, यहाँ और बैकअप लौटाने से पहले। लॉगिन पहले वाले का रहेगा; दूसरा लॉगिन नहीं कर सकता।
conflict-last-of-role = ज़िले ने यहाँ के आखिरी एडमिन या सुपर एडमिन का लॉगिन बंद किया है। वह अभी भी चल रहा है।
conflict-task-for-nobody = ज़िले ने ऐसे व्यक्ति को काम दिया है जो यहाँ स्वास्थ्य कार्यकर्ता नहीं है, या ऐसे बच्चे के बारे में जो यहाँ दर्ज नहीं है।
conflict-unknown-settings = ज़िले ने ऐसी सेटिंग भेजी है जिसे यह प्रोग्राम नहीं जानता। पुरानी सेटिंग चलती रहेगी।

# What is proposed for it: proposed-<kind>
proposed-unknown-child = बच्चा यहीं का हो तो पहले उसे दर्ज करें और खुराक लिखें। फिर इसे अलग रखें।
proposed-impossible-date = यह सच नहीं हो सकता। कार्यकर्ता से तारीख पूछें, खुराक लिखें, फिर इसे अलग रखें।
proposed-before-birth = यह सच नहीं हो सकता। जन्म तिथि कार्ड से मिलाएँ; तारीख में भूल हो तो खुराक फिर लिखें। फिर इसे अलग रखें।
proposed-after-death = तब खुराक नहीं दी जा सकती। इसे अलग रखें, और देखें कि यह किसी और बच्चे की तो नहीं, या मृत्यु की तारीख गलत तो नहीं।
proposed-future-date = यह सच नहीं हो सकता। कार्यकर्ता से तारीख पूछें, खुराक लिखें, फिर इसे अलग रखें।
proposed-unknown-product = कार्यकर्ता से पूछें कि कौन सा टीका था, खुराक लिखें, फिर इसे अलग रखें।
proposed-toy-clock = कार्यकर्ता से पूछें या कार्ड देखें: तारीख सही हो तो बताएँ कि यह सच है।
proposed-not-her-toy = दोनों कार्यकर्ताओं से पूछें। कोई न बता सके कि किसने दी, तो इसे अलग रखें।
proposed-withdrawn-dose = किसी ने यह खुराक कारण लिखकर हटाई थी। इसे अलग रखें, जब तक पता न चले कि दी गई थी।
proposed-merged-elsewhere = दोनों रिकॉर्ड देखें। एक ही बच्चा हो तो यहाँ जोड़ें। फिर इसे अलग रखें।
proposed-edited-elsewhere = परिवार से पूछें कि क्या सही है, ज़रूरत हो तो बच्चे की जानकारी बदलें, फिर इसे अलग रखें।
proposed-of-another-child = देखें कि क्या दोनों एक ही बच्चा हैं, और हों तो यहाँ जोड़ें। किसी को मालूम न हो तो ज़िले को बताएँ। फिर इसे अलग रखें।
proposed-toy-measured = कार्यकर्ता से पूछें: बच्चा और तारीख सही हों तो बताएँ कि यह सच है।
proposed-toy-measured-impossible = बच्चे को फिर नापें, फिर इसे अलग रखें।
proposed-toy-sighted = कार्यकर्ता से पूछें: बच्चा और तारीख सही हों तो बताएँ कि यह सच है।
proposed-toy-child = कार्यकर्ता से पूछें: बच्चा और तारीख सही हों तो बताएँ कि यह सच है। तब बच्चा दर्ज हो जाता है।
proposed-toy-child-alike = बच्चे को खोलें। वह दूसरा बच्चा ही हो तो वहीं दोनों को जोड़ें। नहीं तो बताएँ कि यह सच है: तब वह दर्ज होता है, और दोनों “शायद दो बार दर्ज” में दिखते हैं। अलग तभी रखें जब ऐसा कोई बच्चा न हो।
proposed-toy-child-full = बताएँ कि यह सच है: तब बच्चा दर्ज होता है, और जब तक कार्यकर्ता की सूची भरी है, केंद्र की सूची में रहता है।
proposed-toy-child-impossible = कार्यकर्ता से पूछें और बच्चे को यहाँ दर्ज करें। फिर इसे अलग रखें।
proposed-two-cards = पूछें कि परिवार कौन सा कार्ड रखता है, दूसरा रोक दें, फिर इसे अलग रखें।
proposed-login-twice = जो लॉगिन नहीं कर सकता, उसे नए लॉगिन से फिर दर्ज करें और उसके बच्चे उसे सौंपें। फिर इसे अलग रखें।
proposed-last-of-role = ज़िले से कहें कि पहले इसी भूमिका का दूसरा व्यक्ति भेजे, फिर इसका लॉगिन दोबारा बंद करे। फिर इसे अलग रखें।
proposed-task-for-nobody = ज़िले को बताएँ कि अब यहाँ कौन काम करता है, फिर इसे अलग रखें।
proposed-unknown-settings = ज़िला कार्यालय को बताएँ और यह प्रोग्राम अपडेट करें। फिर इसे अलग रखें।
proposed-not-the-districts = ज़िला कार्यालय को बताएँ, फिर इसे अलग रखें।
proposed-log-reopened = देख लें कि कोई दूसरा कंप्यूटर इस केंद्र की प्रति से काम नहीं कर रहा, फिर बताएँ कि यह सच है।

## Facts to be settled

conflicts-title = तय करना है
conflicts-open = बाकी: { $n }
conflicts-settled = जिनका जवाब हो गया
conflicts-none = यहाँ कुछ नहीं
conflicts-none-next = कुछ भी जवाब के लिए बाकी नहीं है।
conflicts-none-settled = अभी तक कोई जवाब नहीं दिया गया।
conflicts-child = { $child }, जन्म { $born }, { $village }
conflicts-unknown-child = पहचान नंबर { $id } वाला बच्चा, यहाँ दर्ज नहीं
conflicts-dose = { $product }, दी गई { $day }
conflicts-no-day = ऐसे दिन जो होता ही नहीं
conflicts-batch = बैच { $batch }
conflicts-by = { $name } ने लिखा
conflicts-by-toy = { $name } ने { $toy } पर लिखा
conflicts-toy = { $toy } पर लिखा गया
conflicts-came = { $day } को { $time } बजे आया।
conflicts-settle = जवाब दें
conflicts-accept = यह सच है: गिनें
conflicts-set-aside = अलग रखें: न गिनें
conflicts-about = सच हो तो अब से गिना जाएगा। अलग रखने पर लिखा रहेगा, पर गिना नहीं जाएगा। जवाब बदला नहीं जा सकता।
conflicts-about-set-aside = अलग रखने पर लिखा रहेगा, पर गिना नहीं जाएगा। जवाब बदला नहीं जा सकता।
# A user of whom a conflict tells
conflicts-user = { $name }, लॉगिन { $login }
conflicts-said = हो गया। जवाब आपके नाम के साथ लिख लिया गया।
conflicts-was-accepted = सच
conflicts-was-set-aside = अलग रखा
conflicts-answer = { $name }, { $day }: { $reason }

## Children

children-title = बच्चे
children-search = खोजें: नाम, माता, गाँव, फ़ोन, पहचान नंबर या कार्ड
children-count = { $n ->
    [0] कोई बच्चा नहीं
    [one] { $n } बच्चा
   *[other] { $n } बच्चे
}
children-found = { $n ->
    [0] कोई बच्चा नहीं मिला
    [one] { $n } बच्चा मिला
   *[other] { $n } बच्चे मिले
}
children-register = बच्चा दर्ज करें
children-column-age = उम्र
children-column-worker = कार्यकर्ता
children-column-next = अगली खुराक
children-due-since = { $day } से लगना है
children-late-since = { $day } से देर
children-nothing-due = कुछ बाकी नहीं
children-no-worker = अभी कोई नहीं
children-worker-left = कोई नहीं ({ $name } अब यहाँ नहीं)
children-none = अभी कोई बच्चा दर्ज नहीं है
children-none-next = ऊपर के बटन से पहला बच्चा दर्ज करें।
children-none-wait = एडमिन या स्वास्थ्य कार्यकर्ता बच्चे दर्ज करते हैं।
children-elsewhere = इस केंद्र के किसी बच्चे का यह पहचान नंबर नहीं है
children-elsewhere-next = काग़ज़ या कार्ड पर पहचान नंबर जाँचें। बच्चा ज़िले के दूसरे केंद्र का हो तो उसका रिकॉर्ड माँगें: ज़िले के हाँ कहते ही वह यहाँ आ जाता है।
ask-district = ज़िले से रिकॉर्ड माँगें
ask-district-done = अगले संपर्क पर ज़िले से पूछा जाएगा। हाँ कहते ही रिकॉर्ड अपने आप आ जाएगा।
ask-district-comes = ज़िले के हाँ कहते ही रिकॉर्ड अपने आप आ जाएगा। इंटरनेट न हो तो अगले संपर्क पर ज़िले से पूछा जाएगा।
ask-district-card = कार्ड { $card }
ask-district-waits = { $who } का रिकॉर्ड: { $day } को माँगा गया। ज़िले का जवाब अभी नहीं आया।
ask-district-take-back = माँग रद्द करें
ask-district-withheld = { $who }: { $day } को पूछा गया। ज़िले ने मना किया: { $reason }
ask-district-more = { $n ->
    [one] ज़िले से { $n } और बच्चे के लिए पूछा गया।
   *[other] ज़िले से { $n } और बच्चों के लिए पूछा गया।
}
children-not-found = ऐसा कोई बच्चा नहीं मिला
children-not-found-next = कम अक्षर, गाँव या फ़ोन नंबर लिखकर देखें। बच्चा नया हो तो उसे दर्ज करें।
child-no-phone = फ़ोन नहीं

## Register a child

register-title = बच्चा दर्ज करें
register-about = दर्ज करते ही बच्चे का पहचान नंबर और टीकों की सूची बन जाती है। फिर तुरंत टीका लगा सकते हैं।
register-name = बच्चे का नाम
register-name-hint = नवजात के लिए खाली रह सकता है
register-dob-hint = दिन, महीना, साल: 21/11/2026
register-dob-check = { $age }, जन्म { $day }
register-dob-future = यह दिन अभी आया नहीं है।
register-dob-estimated = तारीख अनुमानित है
child-form-needed = भरना ज़रूरी
villages-offered = पहले से (↓):
register-sex = लिंग
register-sex-missing = लिंग चुनें। Ctrl के साथ: G बालिका, B बालक, O अन्य।
register-mother-hint = माता या पिता, एक का नाम ज़रूरी है
register-phone-hint = दस अंक
register-consent = परिवार की सहमति
register-consent-reminders = फ़ोन पर याद दिलाने के लिए
register-consent-tracing = खुराक छूटने पर घर आने के लिए
register-worker = कार्यकर्ता
register-worker-line = { $name } ({ $n ->
    [0] { $n } बच्चे
    [one] { $n } बच्चा
   *[other] { $n } बच्चे
})
register-nobody = अभी कोई नहीं: केंद्र की सूची में
register-leave-to-nobody = केंद्र की सूची में रखें
register-ask-admin = एडमिन से यह बच्चा दर्ज करवाएँ: वह केंद्र की सूची में रहेगा, और उसे टीका फिर भी लगाया जा सकता है।
register-from-before = यह पहले का है: लिखा गया था, सहेजा नहीं गया।
register-empty = फ़ॉर्म खाली करें
register-save = सहेजें
register-saved = बच्चा दर्ज हुआ। पहचान नंबर { $id } है।
register-enter-hint = Enter से अगले खाने में जाएँ

## Visit

visit-facts = { $sex } · जन्म { $born } · { $age } · { $village }
visit-mother = माता { $name }
visit-father = पिता { $name }
visit-worker = कार्यकर्ता: { $name }
visit-doses-title = आज के टीके
visit-give-title = आज देना है
visit-task-done = बच्चा आ गया: काम पूरा करें
visit-task-closed = काम पूरा हुआ।
visit-whence = कुछ खुराकें आज से पहले देनी थीं। वे आज यहाँ दी जा रही हैं, या काग़ज़ के कार्ड पर लिखी हैं?
visit-whence-here = आज यहाँ दी जा रही हैं
visit-whence-paper = काग़ज़ के कार्ड से
visit-late = { $late }: कुछ भी दोबारा शुरू नहीं करना है
visit-day = कब दी
visit-day-today = आज
visit-day-unreadable = दिन, महीना, साल लिखें
visit-day-no-such = ऐसा कोई दिन नहीं होता
visit-day-before-birth = जन्म से पहले
visit-due = आज लगना है
visit-due-on = तय { $day }
visit-not-before = { $day } से पहले नहीं
visit-batch-or = या बैच
visit-measured-doubted = { $day } की नाप: लगभग असंभव, फिर जाँचें
visit-as-product = { $product } · टीका बदलें
visit-product-keys = तीर से चुनें, Enter से लें
visit-same-injection = { $dose } के इंजेक्शन में
visit-save = { $n ->
    [one] { $n } खुराक सहेजें
   *[other] { $n } खुराकें सहेजें
}
visit-no-batch = बैच लिखें, या बिना बैच सहेजने के लिए Enter फिर दबाएँ।
visit-save-none = कुछ चुना नहीं है
visit-next-child = हो गया, अगला बच्चा
visit-show-all = और टीके
visit-show-fewer = केवल जो टीके लगने हैं
visit-some-stored = { $of } में से { $n } सहेजे गए, बाकी नहीं: देखें क्या बचा है।
visit-some-not-saved = इनमें से कुछ सहेजे नहीं गए: वे अब भी यहाँ हैं। देखें कि डिस्क में जगह है, फिर दोबारा सहेजें।
visit-saved = { $n ->
    [one] { $n } टीका सहेजा गया।
   *[other] { $n } टीके सहेजे गए।
}
visit-saved-some = { $n } सहेजे गए। बाकी: { $doses }। लिखें कि फिर भी क्यों दिया।
visit-all-saved = आज का सब दे दिया गया
visit-nothing-due = आज कोई टीका नहीं लगना है
visit-nothing-due-next = "और टीके" बाकी टीके दिखाता है, काग़ज़ के कार्ड की खुराकों के लिए भी।
visit-worker-records = खुराक स्वास्थ्य कार्यकर्ता लिखती है।
visit-warning = सारणी की चेतावनी: { $warning }। खुराक केवल कारण के साथ सहेजी जाती है।
visit-reason = फिर भी क्यों दी जा रही है?
visit-next-title = अगली बार
visit-next-none = आगे कोई खुराक तय नहीं है
visit-next-today-title = देना है
visit-next-on-title = { $weekday } को आएँ
visit-next-for = { $doses } के लिए

# What speaks against a day on which a family would come: not-then-<code>
not-then-sunday = { $day } को रविवार है: केंद्र बंद रहेगा।
not-then-given-up = { $day } का सत्र रद्द है।
not-then-no-session = { $day } को कोई सत्र तय नहीं है।
coming-no-other = इसके बाद का हर दिन देर का होगा: परिवार से अभी कोई दिन तय करें।
coming-place = { $kind }: { $site }
call-nobody-then = अभी कुछ लिखा नहीं गया: Alt D दबाने से नीचे का दिन लिया जाता है।
call-comes-then = इसके बजाय { $day }

visit-has-card = इस बच्चे के पास कार्ड है
visit-no-card = अभी कार्ड नहीं है
visit-no-card-next = इस बच्चे को कार्ड देने के लिए कार्ड रीडर पर रखें।
visit-give-card = यह कार्ड बच्चे को दें
visit-give-card-to = { $child }, { $age }
visit-give-card-about = कार्ड इसी बच्चे का रहेगा: बाद में किसी दूसरे बच्चे को नहीं दिया जा सकता।
visit-give-card-yes = हाँ, कार्ड दें
visit-card-given = यह कार्ड अब इस बच्चे का है। अगली बार बस इसे रीडर पर रखें।
visit-card-tells = कार्ड पर, { $station } के हस्ताक्षर के साथ, और इस रिकॉर्ड में नहीं:
visit-card-tells-here = कार्ड पर, इसी केंद्र के हस्ताक्षर के साथ, और इस रिकॉर्ड में नहीं:
visit-card-take = ये टीके दिए गए थे: रिकॉर्ड में लिखें
visit-card-doses-taken = { $n ->
    [one] कार्ड का 1 टीका अब रिकॉर्ड में है।
   *[other] कार्ड के { $n } टीके अब रिकॉर्ड में हैं।
}
visit-card-proof = कार्ड, { $station } का हस्ताक्षर
visit-card-proof-here = कार्ड, इसी केंद्र का हस्ताक्षर
visit-certificate = प्रमाण पत्र
certify-title = { $name } का प्रमाण पत्र जारी करें?
certify-open = अभी नहीं दिए गए: { $doses }
certify-about = प्रमाण पत्र का अपना नंबर होता है और वह रिकॉर्ड में रहता है। जारी करने के बाद वापस नहीं लिया जा सकता।
certify-before = इस बच्चे का प्रमाण पत्र { $number } { $day } का है।
certify-numbers = परिवार चाहता है कि आर.सी.एच., यू-विन और आभा नंबर इस पर छपें
certify-issue = प्रमाण पत्र जारी करें
visit-history-title = दी गई खुराकें: { $n }
visit-history-none = अभी कोई खुराक दर्ज नहीं है।
visit-column-day = तारीख
visit-column-dose = खुराक
visit-column-status = सही लगी?
visit-column-by = किसने लिखा
visit-column-held = कहाँ सुरक्षित
visit-stored-because = कारण: { $reason }
visit-from-toy = { $toy } से
visit-at-district = ज़िले में
visit-only-here = केवल यहाँ
visit-sent = भेजा जा रहा है
visit-why-title = क्यों लगना है, क्यों नहीं

status-due = लगना है
status-overdue = देर से
status-upcoming = बाद में
status-complete = पूरा
status-not-applicable = ज़रूरत नहीं
status-missed-window = उम्र निकल गई
status-given-valid = सही
status-given-invalid-too-early = बहुत जल्दी
status-given-duplicate = दो बार दी
status-given-extra = अतिरिक्त

# Why a dose is due or not: why-<code of the forecast>
why-min-age = { $on } से उम्र पूरी
why-min-interval = { $on } से, { $since } की खुराक के बाद अंतर पूरा होने पर
why-repeat = { $since } की खुराक बहुत जल्दी थी: { $on } से दोबारा
why-from-first = { $on } से, { $since } की पहली खुराक के बाद अंतर पूरा होने पर
why-live-spacing = { $on } से, { $since } को दिए { $product } के { $n } दिन बाद
why-recommended = { $on } से तय
why-catch-up = देर से शुरू हुआ, इसलिए छोटी सारणी
why-late-start = देर से शुरू हुआ, इसलिए दूसरा टीका
why-window-closed = केवल { $day } तक दिया जा सकता था
why-too-late-by-then = { $earliest } से दिया जा सकता, पर केवल { $day } तक
why-not-endemic = यह ज़िला इस रोग से प्रभावित नहीं है
why-other-sex = केवल लड़कियों के लिए
why-all-given = सभी खुराकें दी जा चुकी हैं
why-enough-counted = संयुक्त टीकों सहित पर्याप्त खुराकें दी जा चुकी हैं
why-until = { $day } तक दिया जा सकता है

# What the schedule warns of before a dose is stored: given-<code of the forecast>
given-min-age = बच्चा इस खुराक के लिए बहुत छोटा है
given-min-interval = पिछली खुराक के बाद का अंतर बहुत कम है
given-from-first = पहली खुराक के बाद का अंतर बहुत कम है
given-live-spacing = दूसरा जीवित टीका 28 दिन से कम पहले दिया गया था
given-combination = इस संयुक्त टीके के एक भाग की अभी ज़रूरत नहीं है
given-series-complete = इस टीके की सभी खुराकें दी जा चुकी हैं
given-window-closed = बच्चे की उम्र इस खुराक के लिए निकल चुकी है

## Toys

toys-title = टॉय
toys-none = अभी कोई टॉय दर्ज नहीं है
toys-none-next = इस कंप्यूटर के पास टॉय चालू करें। मिलते ही वह नीचे दिखेगा।
toys-new-title = पास में मिले, दर्ज नहीं
toys-again = यह इस कंप्यूटर को नहीं पहचानता। इसका जोड़ने वाला बटन दबाए रखें और इसे फिर दर्ज करें।
toys-new-none = कोई नया टॉय नहीं मिला। टॉय चालू हो और केंद्र के वाई-फ़ाई से जुड़ा हो।
toys-nobody = अभी कोई नहीं
toys-model-code = { $model } · { $code }
toys-records = { $n ->
    [0] इस टॉय से अभी कोई टीका दर्ज नहीं
    [one] इस टॉय से { $n } टीका दर्ज हुआ
   *[other] इस टॉय से { $n } टीके दर्ज हुए
}
toys-battery = बैटरी { $percent } %
toys-battery-unknown = बैटरी पता नहीं
toys-assign = किसे दें…
toys-register = दर्ज करें
toys-hub-off = यह प्रोग्राम अभी टॉय से बात नहीं कर पा रहा। कुछ देर में फिर कोशिश होगी।
toys-state-new = नया
toys-state-pairing = दर्ज करने को तैयार
toys-state-connecting = जुड़ रहा है
toys-state-online = जुड़ा है
toys-state-offline = { $time } से संपर्क नहीं
toys-state-asleep = { $time } तक सो रहा है
toys-state-anothers = दूसरे कंप्यूटर का
toys-state-failing = खराबी है
toys-state-not-seen = अभी संपर्क नहीं
toys-register-title = टॉय दर्ज करें
toys-register-about = टॉय हाथ में लें: उसका कोड और गुप्त अंक पीछे के लेबल पर हैं।
toys-looking = टॉय से पूछा जा रहा है…
toys-code = लेबल का कोड
toys-code-hint = पाँच-पाँच अक्षरों और अंकों के समूह
toys-code-same = यही टॉय आपके हाथ में है
toys-code-slip = एक अक्षर या अंक गलत है। फिर देखें।
toys-code-other = यह कोड दूसरे टॉय का है। सूची में वही चुनें।
toys-secret = लेबल के गुप्त अंक
toys-secret-hint = ये कोड के नीचे हैं
toys-label-hint = उस पर लिखा नाम या अंक
toys-hold-button = टॉय का जोड़ने वाला बटन दबाए रखें और "दर्ज करें" दबाएँ।
toys-register-now = दर्ज करें
toys-registering = दर्ज हो रहा है…
toys-registered = { $label } दर्ज हुआ। अब इसे किसी कार्यकर्ता को दें।
toys-assign-title = { $label } किसे देना है
toys-assign-about = एक कार्यकर्ता के पास एक टॉय होता है। पहले लिखे रिकॉर्ड उसी के रहते हैं जिसने लिखे।
toys-take-back = किसी को नहीं: वापस लें
toys-held-by = अभी { $name } के पास है। दूसरी कार्यकर्ता को देने पर पहले वापस लिया जाता है।
toys-nobody-free = बिना टॉय वाली कोई और कार्यकर्ता नहीं है।
toys-worker-has = { $name } ({ $toy } पास है)
toys-assigned = सहेजा गया। अगले संपर्क पर टॉय को पता चलेगा।

## Staff

staff-title = कर्मचारी
staff-children = { $login } · { $n ->
    [0] { $n } बच्चे
    [one] { $n } बच्चा
   *[other] { $n } बच्चे
}
staff-active = चालू
staff-disabled = लॉगिन बंद
staff-waiting = ज़िले ने भेजा है
staff-disable = लॉगिन बंद करें
staff-disable-sure = { $name } का लॉगिन बंद हो जाएगा। लिखे रिकॉर्ड बने रहेंगे। आगे बढ़ें?
staff-disable-now = हाँ, लॉगिन बंद करें
staff-disable-work = { $n ->
    [0] { $n } बच्चे
    [one] { $n } बच्चा
   *[other] { $n } बच्चे
} और { $tasks ->
    [0] { $tasks } खुले काम
    [one] { $tasks } खुला काम
   *[other] { $tasks } खुले काम
} पीछे रह जाएँगे: इसके तुरंत बाद इन्हें किसी और को सौंपें।
staff-left-behind = { $n ->
    [0] { $n } बच्चों
    [one] { $n } बच्चे
   *[other] { $n } बच्चों
} को कोई नहीं देखता, खुले काम: { $tasks }
staff-disabled-said = हो गया। इस व्यक्ति का लॉगिन अब बंद है।
staff-add-title = कर्मचारी जोड़ें
staff-role = भूमिका
staff-add = जोड़ें
staff-added = { $name } का लॉगिन चालू है।
staff-enable = लॉगिन फिर चालू करें
staff-reset = नया पासवर्ड
staff-reset-about = { $name } का लॉगिन अब केवल नए पासवर्ड से होगा। पुरानी कुंजी फ़ाइल से अब कुछ नहीं खुलेगा।
staff-reset-now = यह पासवर्ड दें
staff-enable-about = { $name } का लॉगिन फिर चालू होगा, नए पासवर्ड से।
staff-enable-now = लॉगिन फिर चालू करें
staff-admit = कोड और पासवर्ड
staff-admit-about = ज़िले ने { $name } को भेजा है। यह व्यक्ति ज़िले का एक बार का कोड खुद लिखे और अपना पासवर्ड चुने। कोई और न देखे।
staff-admit-now = यह पासवर्ड रखें
staff-code-hint = पाँच-पाँच अक्षरों के चार समूह, जैसे ज़िला कार्यालय ने दिए
staff-given = नया पासवर्ड, वही व्यक्ति लिखे
staff-given-again = एक बार और
staff-given-said = { $name } का लॉगिन नए पासवर्ड से चालू है।
staff-hand-over = काम सौंपें
staff-hand-over-to = { $name } के { $n ->
    [one] { $n } बच्चे
   *[other] { $n } बच्चों
} और { $tasks ->
    [one] { $tasks } खुले काम
   *[other] { $tasks } खुले कामों
} को अब कौन देखेगा? केंद्र की सूची में केवल बच्चे जाते हैं।
staff-worker-room = { $name } · { $of } में से { $n }
staff-hand-to-list = केंद्र की सूची
staff-handed = हो गया। सौंपे गए बच्चे: { $moved }; काम: { $tasks }।
staff-handed-some = सौंपे गए बच्चे: { $moved }; काम: { $tasks }। { $left ->
    [0] { "" }
    [one] सूची भर गई है, { $left } बच्चा रह गया: उसके लिए किसी और को चुनें।
   *[other] सूची भर गई है, { $left } बच्चे रह गए: उनके लिए किसी और को चुनें।
} { $tasksLeft ->
    [0] { "" }
   *[other] जो काम आगे नहीं दिए जा सकते: { $tasksLeft }। उन्हें "काम" में बंद करें।
}

## Settings

settings-title = सेटिंग
settings-language = भाषा
settings-scale = अक्षरों का आकार
settings-scale-keys = Ctrl + और Ctrl - से हर जगह बदलता है
settings-contrast = साफ़ दिखने वाले रंग
settings-contrast-usual = सामान्य
settings-contrast-high = ज़्यादा
settings-clinic = केंद्र
settings-schedule = टीकाकरण सारणी
settings-je = जापानी इंसेफेलाइटिस
settings-je-yes = जेई प्रभावित ज़िला: जेई का टीका दिया जाता है
settings-je-no = जेई प्रभावित ज़िला नहीं
settings-clock = घड़ी
settings-clock-says = यह कंप्यूटर बताता है: { $date }, { $time }
settings-clock-why = अगर घड़ी पहले गलत होने के कारण रिकॉर्ड नहीं लिखे जा रहे, तो किसी घड़ी से मिलाएँ। ऊपर का समय सही हो तो बटन दबाएँ। यह लिख लिया जाएगा।
settings-clock-right = घड़ी ठीक है
settings-clock-accepted = लिख लिया: घड़ी ठीक है। अब रिकॉर्ड लिखे जा सकते हैं।
settings-district = ज़िला
settings-no-district = अभी नहीं जुड़ा
settings-ask-super-admin = केंद्र को ज़िले से सुपर एडमिन जोड़ता है।
settings-joined = जुड़ा है
settings-district-name = ज़िला
settings-station-name = वहाँ इस केंद्र का नाम
settings-address = पता
settings-district-code = ज़िले की कुंजी का कोड
settings-enrolled = केंद्र ज़िले से जुड़ गया। इसके रिकॉर्ड भेजे जा रहे हैं।
settings-line = ज़िले तक इंटरनेट
settings-line-cost = एक दिन में कितना इंटरनेट लगे
settings-line-free = कोई सीमा नहीं
settings-line-limit = रोज़ { $mb } एमबी
settings-line-used = आज लगा: { $kb } केबी
settings-line-manner = कैसे भेजे
settings-line-bad = तेज़, खराब लाइन पर भी
settings-line-shared = धीरे, जहाँ लाइन औरों को भी चाहिए
settings-line-about = इंटरनेट तभी लगता है जब कुछ भेजना हो, और हर घंटे एक बार पूछने के लिए। सीमा पूरी होने पर रिकॉर्ड आधी रात तक यहीं रुकते हैं।
settings-line-save = ये सेटिंग सहेजें
settings-line-saved = सहेज लिया। अब से इंटरनेट ऐसे ही लगेगा।
settings-toys = टॉय
settings-toys-language = कार्यकर्ता से किस भाषा में बोलें
settings-toys-report = अपना हाल और जगह इतनी देर में एक बार ज़रूर बताएँ
settings-toys-seconds = { $n } सेकंड
settings-toys-minutes = { $n } मिनट
settings-toys-roster = संपर्क न हो तो बच्चों की सूची इतने दिन बाद मिटा दें
settings-toys-days = { $n } दिन
settings-toys-about = हर टॉय अगले संपर्क पर इसे मानता है और पुष्टि करता है: टॉय, और देखें। टॉय पर दर्ज रिकॉर्ड हर हाल में उस पर रहते हैं।
settings-toys-save = सब टॉय के लिए सहेजें
settings-toys-saved = सहेज लिया। टॉय अगले संपर्क पर इसे मानेंगे।
settings-je-tick = यह जापानी इंसेफेलाइटिस (जेई) प्रभावित ज़िला है: जेई का टीका दें
settings-defaulter-days = तारीख के कितने दिन बाद बच्चा देर वाला माना जाए
settings-auto-lock = बिना छुए कितने मिनट बाद स्क्रीन लॉक हो जाए
settings-fully = 1 साल पर बच्चा पूर्ण टीकाकृत, अगर ये लगे हों
fully-set-basic = बीसीजी, 3 पेंटावेलेंट, 3 पोलियो, खसरा
fully-set-extended = 1 साल तक की योजना के सभी टीके
settings-region = क्षेत्र का खाना, आहार योजना के लिए
settings-region-none = नहीं चुना
settings-change-hint = ऊपर कुछ बदलें: सहेजने से पहले दिखेगा कि सूचियों में क्या बदलेगा।
settings-show-effect = दिखाएँ क्या बदलेगा
settings-counting = गिनती हो रही है…
settings-undo = बदलाव हटाएँ
settings-effect = { $children ->
    [0] { $children } बच्चों में
    [one] { $children } बच्चे में
   *[other] { $children } बच्चों में
}: टीका लगना है { $due } → { $dueAfter }, देर से { $late } → { $lateAfter }। अभी कुछ सहेजा नहीं गया।
settings-effect-vaccines = { $n ->
    [one] { $n } बच्चे के लिए ये टीके बदलेंगे:
   *[other] { $n } बच्चों के लिए ये टीके बदलेंगे:
}
settings-effect-no-vaccine = किसी बच्चे का कोई टीका या तारीख नहीं बदलेगी।
settings-effect-added = { $n } के लिए नया
settings-effect-removed = { $n } के लिए अब तय नहीं
settings-effect-moved = { $n } के लिए दूसरी खुराक या तारीख
settings-save = ये सेटिंग सहेजें
settings-saved = सहेज लिया। हर बच्चे की अगली तारीखें फिर से निकाली गईं।
settings-ask-admin = इन्हें एडमिन से बदलवाएँ।
settings-password = आपका पासवर्ड
settings-password-old = अब तक का पासवर्ड
settings-password-new = नया पासवर्ड
settings-password-change = पासवर्ड बदलें
settings-password-changed = आपका पासवर्ड बदल गया। आपकी कुंजी फ़ाइल से अब कुछ नहीं खुलेगा: नई बनाएँ।
settings-audit = किसने क्या देखा
settings-audit-about = किसने किसका रिकॉर्ड देखा, किसने लॉगिन किया, कौन सा लॉगिन बंद हुआ, कौन सी कुंजी फ़ाइल बनी।
settings-audit-open = दिखाएँ
settings-import-about = किसी रजिस्टर या दूसरे प्रोग्राम की फ़ाइल से बच्चे और खुराकें। पहले दिखता है कि हर पंक्ति से क्या होगा; आपके कहने तक कुछ दर्ज नहीं होता।
settings-import-open = फ़ाइलें लाएँ
settings-backup = बैकअप
settings-backup-about = सब रिकॉर्ड एक फ़ाइल में, पेन ड्राइव के लिए। यह सिर्फ़ काग़ज़ पर लिखी रिकवरी कुंजी से खुलती है: दोनों को अलग रखें। इस बीच काम चलता रहता है।
settings-backup-to = पेन ड्राइव का फ़ोल्डर
settings-backup-to-hint = नीचे से पेन ड्राइव चुनें; फ़ाइल के नाम में तारीख अपने आप आती है
settings-backup-make = बैकअप बनाएँ
settings-backup-copying = कॉपी हो रहा है: { $of } में से { $n } एमबी
settings-backup-checking = फिर से पढ़ा जा रहा है: { $of } में से { $n } रिकॉर्ड
settings-backup-made = { $n ->
    [one] बैकअप बन गया और फिर से पढ़ा गया: 1 रिकॉर्ड। { $path }
   *[other] बैकअप बन गया और फिर से पढ़ा गया: { $n } रिकॉर्ड। { $path }
}
settings-outbox = परिवारों को संदेश
settings-outbox-about = किसे क्या याद दिलाया गया, हर संदेश का क्या हुआ, और कितना खर्च हुआ।
settings-outbox-open = संदेश दिखाएँ
settings-outbox-set = सेट करें

## परिवारों को कैसे याद दिलाया जाए

reminders-title = परिवारों को कैसे याद दिलाया जाए
reminders-about = सहमत परिवारों को एक संदेश जाता है: टीके से तीन दिन पहले, उसी दिन, और सात दिन की देर होने पर।
reminders-when = कब
reminders-on = परिवारों को हर दिन याद दिलाया जाए
reminders-run-at = हर दिन इस समय
reminders-quiet-from = इसके बाद संदेश न जाए
reminders-quiet-until = इससे पहले संदेश न जाए
reminders-language = जिन परिवारों ने भाषा नहीं बताई, उनकी भाषा
reminders-sms = SMS
reminders-sms-none = SMS नहीं
reminders-sms-gateway = इंटरनेट के गेटवे से
reminders-sms-modem = इस कंप्यूटर के मॉडेम से
reminders-gateway-about = भेजने वाले का नाम, एंटिटी और हर पाठ ऑपरेटरों के पास दर्ज (DLT) होना चाहिए। गेटवे की कंपनी बताती है कि उसे संदेश कैसे दिया जाए।
reminders-sender = भेजने वाले का दर्ज नाम
reminders-key = गेटवे की कुंजी
reminders-secret-kept = इस कंप्यूटर में एक रखी है। बदलनी हो तभी लिखें।
reminders-secret-none = यह सिर्फ़ इसी कंप्यूटर में रहती है, और कभी दिखाई नहीं जाती।
reminders-body = वह लेता है
reminders-body-json = JSON
reminders-body-form = वेब फ़ॉर्म
reminders-fields = उसे क्या दिया जाए
reminders-headers = हेडर, कुंजी के लिए
reminders-name = नाम
reminders-value = मान
reminders-fields-about = कोष्ठकों के भीतर वह लिखें जो हर संदेश में भरा जाए, सिर्फ़ ये अंग्रेज़ी शब्द: to, text, unicode (हिन्दी के लिए 1, नहीं तो 0), sender, entity, template, reference, key। sender, entity और template ज़रूरी हैं: इनके बिना ऑपरेटर संदेश आगे नहीं भेजते।
reminders-answer = वह क्या जवाब देता है (JSON या सादा पाठ)
reminders-answer-about = जगह स्लैश से लिखी जाती है, जैसे /status या /data/0/id; सादे पाठ में वह खाली रहती है और जवाब इसी से शुरू होना चाहिए। जो खाली रहे, उसे नहीं देखा जाता।
reminders-taken-status = "हाँ" के लिए उसका HTTP स्टेटस (कंपनी बताती है; खाली रह सकता है)
reminders-taken = संदेश ले लिया, अगर
reminders-not-taken = कुछ नहीं लिया और उसे फिर दिया जाए, अगर (बाकी हर जवाब "पहुँचा या नहीं, पता नहीं" है)
reminders-at = इस जगह पर
reminders-says = यह लिखा हो
reminders-id-at = संदेश का उसका नंबर, इस जगह पर
reminders-once = एक ही संदर्भ दो बार मिले तो वह एक बार भेजता है: जवाब खो जाए तो फिर दिया जा सकता है
reminders-status-url = पता जो बताता है कि संदेश का क्या हुआ (खाली रह सकता है)
reminders-delivered = संदेश पहुँचा, अगर
reminders-failed = संदेश नहीं पहुँचा, अगर
reminders-answers-url = पता जो परिवारों के जवाब बताता है (खाली रह सकता है)
reminders-answers-at = सूची की जगह
reminders-from-at = नंबर की जगह
reminders-text-at = पाठ की जगह
reminders-port = मॉडेम का पोर्ट, जैसे /dev/ttyUSB0
reminders-modem-about = सिम कार्ड वाला USB मॉडेम: उसे इंटरनेट नहीं चाहिए। ऑपरेटर से पूछें कि क्या उसके पाठ भी दर्ज होने चाहिए, और दिन में कितने संदेश जा सकते हैं।
reminders-pin = सिम कार्ड का PIN
reminders-whatsapp = WhatsApp
reminders-whatsapp-on = WhatsApp से संदेश भेजें
reminders-whatsapp-about = WhatsApp Business Cloud API का खाता और Meta के मंज़ूर किए पाठ चाहिए। संदेश पहुँचा या नहीं, यह यहाँ पता नहीं चलता।
reminders-whatsapp-url = API का पता
reminders-token = API का टोकन
reminders-template-name = टेम्पलेट का नाम
reminders-texts = पाठ
reminders-texts-about = कोष्ठक में date की जगह दिन आता है, जैसे 15-12-2026; जहाँ ऑपरेटर सिर्फ़ अंक आगे भेजते हैं, वहाँ day, month और year की जगह उसके अंक; children की जगह बच्चों की संख्या। जिस भाषा का पाठ न हो, उसे केंद्र की भाषा का पाठ जाता है। हर पाठ में केंद्र का नाम हो, और यह भी कि संदेश कैसे बंद कराएँ: जहाँ जवाब यहाँ आते हैं वहाँ "STOP लिखें", नहीं तो "केंद्र पर बताएँ"।
reminders-text = { $stage }, { $language }
reminders-parts = { $n ->
    [one] 1 SMS
   *[other] { $n } SMS
}
reminders-save = सहेजें
reminders-saved = सहेज लिया। अब परिवारों को इसी तरह याद दिलाया जाएगा।
reminders-partly = एक हिस्सा सहेजा गया: जो यहाँ अब भी सहेजने को है, वह नहीं सहेजा गया।

## परिवारों को संदेश

outbox-title = परिवारों को संदेश
outbox-all = सब
outbox-trouble = नहीं भेजे गए, या पहुँचना पता नहीं
outbox-none = कोई संदेश नहीं
outbox-none-next = जो परिवार सहमत हैं, उन्हें हर दिन बताया जाता है कि कौन सा टीका लगना है। कैसे भेजना है, यह एडमिन तय करता है।
outbox-cost = इस महीने: लगभग ₹{ $rupees }
outbox-what = { $stage }: { $day }
outbox-closed = { $way } इस कंप्यूटर पर पूरा चालू नहीं है, इसलिए इसके संदेश रुके हैं। एडमिन इसे सेटिंग में पूरा करे।
way-trouble-unreachable = { $way } ({ $at }): संपर्क नहीं हो रहा। देखें कि इस कंप्यूटर पर इंटरनेट है या नहीं; अपने आप फिर कोशिश होगी।
way-trouble-untrusted = { $way } ({ $at }): दूसरी ओर वाला अपनी पहचान साबित नहीं कर सका, इसलिए उसे कुछ नहीं भेजा गया। देखें कि इस कंप्यूटर की तारीख सही है या नहीं; नहीं तो कंपनी से पूछें।
way-trouble-address = { $way } ({ $at }): दिए गए पते पर संदेश लेने वाला कोई नहीं है। एडमिन सेटिंग में पता कंपनी के बताए पते से मिलाए।
way-trouble-key = { $way } ({ $at }): यह इस केंद्र को अनुमति नहीं देता। एडमिन सेटिंग में कुंजी या टोकन फिर से लिखे; नहीं तो कंपनी से पूछें।
way-trouble-unpaid = { $way } ({ $at }): खाते में पैसे भरने हैं। भरने पर रुके हुए संदेश चले जाएँगे।
way-trouble-busy = { $way } ({ $at }): व्यस्त या खराब है। अपने आप फिर कोशिश होगी; एक दिन तक ऐसा रहे तो कंपनी से पूछें।
way-trouble-says-no = { $way } ({ $at }): इसने कहा कि संदेश नहीं लिया। कंपनी से कारण पूछें: खाता, भेजने वाला और हर संदेश दर्ज और चालू होना चाहिए।
way-trouble-refuses = { $way } ({ $at }): यह संदेश को ऐसे नहीं लेता। सेटिंग में भेजने वाला, संदेश और टेम्पलेट नंबर दर्ज किए हुए से मिलाएँ।
way-trouble-no-answer = { $way } ({ $at }): ऐसा कोई जवाब नहीं आया जो पढ़ा जा सके। जो दिया गया था वह “पहुँचा या नहीं, पता नहीं” है: फिर भेजना है या नहीं, यह एडमिन तय करे।
way-trouble-answers = { $way } ({ $at }): परिवारों के जवाब नहीं पढ़े जा सके। उनमें STOP हो सकता है, इसलिए कुछ नहीं भेजा जा रहा। एडमिन सेटिंग में जवाबों का पता देखे।
way-trouble-port = { $way } ({ $at }): मॉडेम नहीं मिला। उसे फिर से लगाएँ, या सेटिंग में उसका पोर्ट चुनें।
way-trouble-silent = { $way } ({ $at }): मॉडेम जवाब नहीं दे रहा। उसे निकालें और दस सेकंड बाद फिर लगाएँ।
way-trouble-no-sim = { $way } ({ $at }): सिम कार्ड नहीं मिला, या हमेशा के लिए बंद है। कार्ड लगाएँ, या फ़ोन कंपनी से पूछें।
way-trouble-pin = { $way } ({ $at }): सिम कार्ड को पिन चाहिए, या दूसरा पिन। गलत पिन दोबारा नहीं आज़माया जाता, क्योंकि तीसरी बार में कार्ड बंद हो जाता है। एडमिन उसे सेटिंग में लिखे।
way-trouble-no-network = { $way } ({ $at }): मॉडेम को नेटवर्क नहीं मिल रहा। उसे वहाँ रखें जहाँ फ़ोन में नेटवर्क आता है; अपने आप फिर कोशिश होगी।
way-trouble-network = { $way } ({ $at }): नेटवर्क ने संदेश नहीं लिया। देखें कि सिम कार्ड में पैसे हैं या नहीं; अपने आप फिर कोशिश होगी।
outbox-newer = और नए
outbox-older = और पुराने
outbox-again = फिर भेजें
outbox-give-up = न भेजें
stage-ahead = आने वाला
stage-today = आज
stage-late = देर हो गई
message-queued = इंतज़ार में
message-sending = भेजा जा रहा है
message-sent = भेजा गया
message-delivered = पहुँच गया
message-failed = नहीं भेजा गया
message-unknown = पहुँचा या नहीं, पता नहीं
channel-sms = SMS
channel-whatsapp = WhatsApp
channel-modem = मॉडेम से SMS
not-sent-refused = संदेश भेजने वाली सेवा ने यह संदेश नहीं लिया। एडमिन सेटिंग में इसके शब्द देखे।
not-sent-tries = भेजने वाली सेवा ने इसे दिन भर नहीं लिया।
not-sent-too-late = इसका दिन निकल गया।
not-sent-not-wanted = परिवार के पास अब फ़ोन नहीं है, वह सहमत नहीं है, आ चुका है, या उसने STOP लिखा है।
not-sent-not-delivered = नेटवर्क इसे पहुँचा नहीं सका।
not-sent-no-way = अब जो तरीके चालू हैं, उनमें से किसी से यह नहीं भेजा जा सकता।

## Who saw what

audit-title = किसने क्या देखा
audit-today = आज
audit-week = 7 दिन
audit-all = सब दिन
audit-everything = सब कुछ
audit-everybody = सब लोग
audit-nobody = कोई नहीं
audit-more = और पुराने
audit-cut = नई { $n } पंक्तियाँ दिखाई गई हैं, और भी पुरानी हैं: कम समय, एक तरह की बात, या एक व्यक्ति चुनें।
audit-none = यहाँ कुछ नहीं
audit-none-next = ऊपर दूसरे दिन या दूसरी बात चुनें।
seen-saw-record = बच्चे का रिकॉर्ड देखा
seen-logged-in = लॉगिन किया
seen-login-locked = गलत पासवर्ड: लॉगिन बंद हुआ
seen-key-file = कुंजी फ़ाइल बनाई
seen-backup = बैकअप लिया
seen-restore = बैकअप से वापस लाया
seen-rebuild = रिकॉर्ड फिर से बनाए
seen-import = बच्चे फ़ाइल से जोड़े
seen-export = रिकॉर्ड फ़ाइल में निकाले
seen-list = कमांड से सूची निकाली
seen-find-list = खोजने वाले बच्चों की सूची देखी
seen-takeover = रिकवरी कुंजी से पुराने कंप्यूटर की जगह ली
seen-rekey = रिकवरी कुंजी से रिकॉर्ड की कुंजी बदली
seen-recovery-failed = रिकवरी कुंजी आज़माई: कुंजी गलत थी या अनुमति नहीं मिली
seen-card-copied = कार्ड की नकल रीडर पर रखी गई
seen-card-altered = छेड़छाड़ किया हुआ कार्ड रीडर पर रखा गया
seen-unknown = नए प्रोग्राम की बात

## Cards

live-open-child = बच्चे को खोलें
live-card-of-child = एक दर्ज बच्चे का कार्ड रीडर पर है।
live-card-nobodys = यह कार्ड किसी बच्चे को नहीं दिया गया है। बच्चे को खोलें, फिर "यह कार्ड बच्चे को दें" दबाएँ।
live-card-another-clinic = इस कार्ड पर आखिरी बार ऐसे केंद्र ने लिखा है जिसे यहाँ नहीं जाना जाता। बच्चे को नाम से खोजें।
live-card-neighbour = यह कार्ड ज़िले के दूसरे केंद्र का है। बच्चे को नाम से खोजें; ज़िला रिकॉर्ड यहाँ भेज सकता है।
live-card-neighbour-doses = { $n ->
    [0] यह कार्ड { $station } का है और कोई टीका नहीं बताता। बच्चे को नाम से खोजें या दर्ज करें, फिर "यह कार्ड बच्चे को दें" दबाएँ।
    [one] यह कार्ड { $station } का है और 1 टीका बताता है। बच्चे को नाम से खोजें या दर्ज करें, फिर "यह कार्ड बच्चे को दें" दबाएँ: टीका दिखाया जाएगा।
   *[other] यह कार्ड { $station } का है और { $n } टीके बताता है। बच्चे को नाम से खोजें या दर्ज करें, फिर "यह कार्ड बच्चे को दें" दबाएँ: टीके दिखाए जाएँगे।
}
live-card-more = { $n ->
    [one] 1 पुराना टीका इस कार्ड पर नहीं है। टीका देने से पहले काग़ज़ का कार्ड देखें।
   *[other] { $n } पुराने टीके इस कार्ड पर नहीं हैं। टीका देने से पहले काग़ज़ का कार्ड देखें।
}
live-card-distrusted = यह कार्ड आखिरी बार ऐसे कंप्यूटर ने लिखा जिस पर ज़िला अब भरोसा नहीं करता। इससे कुछ नहीं खुलता; बच्चे को नाम से खोजें और नया कार्ड दें।
live-card-copied = यह कार्ड नकल है, या किसी कार्ड की पुरानी स्थिति। इसे काम में न लें; बच्चे को नाम से खोजें। एडमिन को यह कार्ड के पन्ने पर दिखता है।
live-card-renewed = सहेजा गया, और कार्ड पर लिखा गया। कार्ड उठा सकते हैं।
live-card-altered = इस कार्ड पर वह नहीं है जो लिखा गया था। इसे काम में न लें; बच्चे को नाम से खोजें। एडमिन को यह कार्ड के पन्ने पर दिखता है।
live-card-no-answer = कार्ड जवाब नहीं देता। उसे हटाकर फिर रीडर पर रखें।
live-card-no-number = यह कार्ड अपना नंबर नहीं बताता और यहाँ नहीं चल सकता। दूसरा कार्ड लें।
live-card-random = यह फ़ोन या बैंक कार्ड है। यह यहाँ नहीं चल सकता। दूसरा कार्ड लें।
live-card-locked = इस कार्ड की मेमोरी बंद है। दूसरा कार्ड लें।

## Fields

field-login = लॉगिन
field-name = नाम
field-password = पासवर्ड
field-dob = जन्म तिथि
field-mother = माता का नाम
field-father = पिता का नाम
field-phone = फ़ोन
field-village = गाँव
field-landmark = पास की पहचान (मंदिर, स्कूल …)
field-label = टॉय का नाम
field-batch = बैच
field-note = टिप्पणी
field-reason = कारण
field-date = तारीख
field-product = टीका
field-card-uid = कार्ड का नंबर
field-clinic-name = केंद्र का नाम
field-abha = आभा (ABHA) नंबर
field-rch = आर.सी.एच. नंबर
field-uwin = यू-विन नंबर
field-birth-order = जुड़वाँ में क्रम
field-place = जगह
field-proof = किस पर देखा
field-weight = वज़न
field-length = लंबाई
field-muac = बाँह का घेरा (एमयूएसी)
field-head = सिर का घेरा
field-vials = शीशियाँ
field-doses-per-vial = एक शीशी में खुराकें
field-manufacturer = बनाने वाली कंपनी
field-expiry = समाप्ति तिथि
field-site = सत्र स्थल
field-onset = पहला लक्षण
field-description = क्या हुआ
field-hospital = अस्पताल
field-past-reactions = पहले की प्रतिक्रियाएँ
field-case-id = ज़िले का केस नंबर
field-told-by = किसने बताया
field-until = कब तक
field-defaulter-days = कितने दिन बाद बच्चा देर वाला माना जाए
field-auto-lock = कितने मिनट बाद स्क्रीन लॉक हो जाए
field-line-daily = रोज़ के एमबी
field-toy-report = टॉय के दो संदेशों के बीच के सेकंड
field-toy-roster = टॉय कितने दिन बाद बच्चों की सूची भूले
field-facility-code = केंद्र का एच.एफ.आर. नंबर
field-facility-phone = केंद्र का फ़ोन
field-region = क्षेत्र
field-code = एक बार का कोड
field-contact-days = ज़िले के बिना दिन
field-hours = समय
field-gateway = गेटवे
field-gateway-address = गेटवे का पता
field-gateway-fields = गेटवे को क्या दिया जाए
field-gateway-answer = गेटवे का जवाब
field-sender = भेजने वाला
field-entity = एंटिटी (PE) नंबर
field-number-id = WhatsApp पर केंद्र के फ़ोन का नंबर
field-template = संदेश का पाठ
field-template-id = टेम्पलेट नंबर
field-price = एक संदेश की कीमत, पैसे में

## What a rule refuses: refusal-<code>, and refusal-<code>-<field> where the field has words of its own

refusal-not-allowed = आपकी भूमिका में यह करने की अनुमति नहीं है।
refusal-not-allowed-to = आपकी भूमिका में यह करने की अनुमति नहीं है। यह कर सकते हैं: { $roles }।
refusal-first-is-super-admin = पहला व्यक्ति सुपर एडमिन होता है, वही बाकी लोगों को जोड़ता है।
refusal-office-role = ज़िले के अपने लोग सुपर एडमिन और एडमिन होते हैं। इनमें से एक भूमिका चुनें।
refusal-not-active = आपका लॉगिन अब बंद है। एडमिन से पूछें।
refusal-logged-out = आपके लॉगिन के बाद आपका पासवर्ड बदला गया। Ctrl और L से लॉक करें, फिर नए पासवर्ड से लॉगिन करें।
refusal-wrong-password = पुराना पासवर्ड सही नहीं है। फिर लिखें।
refusal-missing = यह ज़रूरी है: { $field }
refusal-missing-mother = माता या पिता का नाम ज़रूरी है।
refusal-too-long = { $field }: यह बहुत लंबा है।
refusal-characters = { $field }: यहाँ कुछ अक्षर या चिह्न नहीं चलते।
refusal-only-signs = { $field }: नाम में कोई अक्षर या अंक होना चाहिए।
refusal-characters-login = केवल अंग्रेज़ी के छोटे अक्षर, अंक, बिंदु, हाइफ़न और अंडरस्कोर।
refusal-form = { $field }: यह ठीक तरह नहीं लिखा है।
refusal-form-login = लॉगिन में 3 से 32 अक्षर या अंक चाहिए।
refusal-form-dob = दिन, महीना और साल लिखें, जैसे 21/11/2026।
refusal-form-date = दिन, महीना और साल लिखें, जैसे 21/11/2026।
refusal-form-phone = भारतीय नंबर में दस अंक होते हैं और वह 6, 7, 8 या 9 से शुरू होता है।
refusal-form-card-uid = कार्ड ने ऐसा नंबर नहीं बताया जो काम में आ सके।
refusal-future = { $field }: यह दिन अभी आया नहीं है।
refusal-future-dob = यह जन्म तिथि अभी आई नहीं है।
refusal-future-date = यह दिन अभी आया नहीं है।
refusal-before-birth = यह दिन बच्चे के जन्म से पहले का है।
refusal-too-old = बच्चा { $years } साल या उससे बड़ा है। यह सूची बच्चों और किशोरों के लिए है।
refusal-weak-password-short = इस पासवर्ड का अनुमान लगाना आसान है: यह बहुत छोटा है। कम से कम 8 अक्षर, अंक या चिह्न लें।
refusal-weak-password-few-signs = इस पासवर्ड का अनुमान लगाना आसान है: वही अक्षर बार-बार हैं। कम से कम 5 अलग-अलग अक्षर लें।
refusal-weak-password-has-login = इस पासवर्ड का अनुमान लगाना आसान है: इसमें लॉगिन है। लॉगिन के बिना पासवर्ड लें।
refusal-weak-password-common = इस पासवर्ड का अनुमान लगाना आसान है: यह उनमें से है जिन्हें सब पहले आज़माते हैं। ऐसे कुछ शब्द लें जिनका आपस में संबंध न हो।
refusal-weak-password-as-before = यह पहले वाला ही पासवर्ड है। दूसरा लें।
refusal-login-taken = यह लॉगिन किसी और का है। दूसरा चुनें।
refusal-last-of-role = { $role } भूमिका में यही आखिरी व्यक्ति है। पहले दूसरा बनाएँ।
refusal-unknown-user = यह व्यक्ति यहाँ दर्ज नहीं है, या उसका लॉगिन बंद है।
refusal-not-a-worker = यहाँ केवल स्वास्थ्य कार्यकर्ता चुनी जा सकती है।
refusal-unknown-child = यह बच्चा यहाँ दर्ज नहीं है।
refusal-child-taken = यह पहचान नंबर पहले से है। "सहेजें" फिर दबाएँ।
refusal-worker-full = इस कार्यकर्ता के पास पहले से { $max } बच्चे हैं, इससे ज़्यादा नहीं हो सकते। एडमिन से दूसरी कार्यकर्ता चुनवाएँ, या बच्चे को केंद्र की सूची में रखवाएँ।
refusal-unknown-toy = यह टॉय यहाँ दर्ज नहीं है।
refusal-toy-taken = यह टॉय पहले से दर्ज है।
refusal-worker-has-toy = इस कार्यकर्ता के पास पहले से टॉय है। पहले वह वापस लें।
refusal-toy-has-worker = यह टॉय दूसरी कार्यकर्ता के पास है। पहले वापस लें।
refusal-unknown-card = यह कार्ड यहाँ दर्ज नहीं है।
refusal-card-taken = यह कार्ड पहले से दर्ज है।
refusal-card-has-child = यह कार्ड दूसरे बच्चे का है। दूसरा कार्ड लें।
refusal-child-has-card = इस बच्चे के पास पहले से कार्ड है। पुराना खो गया हो तो पहले "कार्ड" में बताएँ।
refusal-card-stopped = यह कार्ड खोया बताया गया है या रोका गया है। यह कुछ नहीं खोलता; बच्चे को नाम से खोजें।
refusal-unknown-task = यह काम पहले ही बंद हो चुका है।
refusal-unknown-product = इस केंद्र की सारणी में यह टीका नहीं है।
refusal-dose-known = उस दिन की यह खुराक पहले से दर्ज है। दिन दूसरा हो तो तारीख बदलें, नहीं तो इसे छोड़ दें।
refusal-dose-withdrawn = यह खुराक पहले सुधारी या रिकॉर्ड से हटाई गई थी। फ़ाइल उसे वापस नहीं लाती।
refusal-needs-reason = सारणी की चेतावनी: { $warning }। कारण लिखें।
refusal-toy-record = टॉय ने ऐसा रिकॉर्ड भेजा जो लिया नहीं जा सकता। एडमिन को बताएँ।
refusal-district-known = केंद्र पहले से एक ज़िले से जुड़ा है।
refusal-no-district = केंद्र अभी किसी ज़िले से नहीं जुड़ा है: पूछने के लिए कोई नहीं है। सेटिंग में ज़िले से जुड़ें।
refusal-asked-already = इस बच्चे के लिए ज़िले से पहले ही पूछा जा चुका है। जवाब अपने आप आएगा।
refusal-too-many-asked = 100 बच्चों के लिए ज़िले का जवाब अभी नहीं आया है। पहले उन जवाबों का इंतज़ार करें।
refusal-not-asked-for = केंद्र ने इस बच्चे के लिए नहीं पूछा था।
refusal-two-ways = SMS का गेटवे और मॉडेम दोनों चालू हैं: परिवारों को हर संदेश दो बार मिलेगा। एक को बंद करें।
refusal-opt-out-known = इस फ़ोन नंबर के लिए यही पहले से दर्ज है। कुछ करना नहीं है।
refusal-unknown-message = यह संदेश अब भेजे जाने वाले संदेशों में नहीं है।
refusal-message-over = संदेश का क्या हुआ, अब पता है: तय करने को कुछ नहीं बचा।
refusal-form-hours = समय घंटे और मिनट में लिखें, जैसे 09:00।
refusal-range-hours = याद दिलाने का समय संदेश न भेजने के समय से बाहर होना चाहिए, और संदेश न भेजने का समय आधे दिन से ज़्यादा नहीं हो सकता।
refusal-missing-gateway = भेजने का कम से कम एक तरीका चुनें: गेटवे, WhatsApp या मॉडेम।
refusal-form-gateway-address = पता https:// से शुरू होता है और उसमें खाली जगह नहीं होती।
refusal-missing-gateway-fields = गेटवे को नंबर, पाठ, और ऑपरेटरों के लिए sender, entity और template देना ज़रूरी है; और संदर्भ भी, अगर वह हर संदर्भ एक ही बार लेता है।
refusal-form-gateway-fields = कोष्ठकों के भीतर सिर्फ़ ये अंग्रेज़ी शब्द आ सकते हैं, और कोई नहीं: to, text, unicode, sender, entity, template, reference, key।
refusal-form-gateway-answer = जवाब में जगह स्लैश से शुरू होती है, जैसे /status।
refusal-form-sender = दर्ज नाम में छह अक्षर या अंक होते हैं।
refusal-form-entity = एंटिटी नंबर में सिर्फ़ अंक होते हैं।
refusal-form-number-id = इस नंबर में सिर्फ़ अंक होते हैं।
refusal-missing-template = हर संदेश का पाठ केंद्र की भाषा में चाहिए: आने वाला, आज और देर का।
refusal-form-template = कोष्ठक में सिर्फ़ date, day, month, year और children आ सकते हैं।
refusal-taken-template = एक ही भाषा में एक संदेश के दो पाठ हैं।
refusal-form-template-id = हर दर्ज पाठ को उसका टेम्पलेट नंबर या नाम चाहिए: अक्षर, अंक और अंडरस्कोर।
refusal-clock-back = इस कंप्यूटर की घड़ी पिछले रिकॉर्ड से पीछे है। घड़ी ठीक करें और फिर कोशिश करें। अगर घड़ी अब ठीक है, तो एडमिन सेटिंग में बताए।
refusal-range = { $field }: यह संख्या सही नहीं हो सकती। फिर देखें।
refusal-range-place = यह जगह भारत में नहीं है। संख्याएँ फिर देखें।
refusal-range-expiry = यह समाप्ति तिथि सही नहीं हो सकती: निकल चुकी है, या बहुत आगे की है।
refusal-taken = { $field }: यह नंबर यहाँ दूसरे बच्चे का है। उसे खोजें।
refusal-form-code = कोड में पाँच-पाँच अक्षरों और अंकों के चार समूह होते हैं। उनमें से एक गलत है: ज़िले के दिए कोड से मिलाएँ।
refusal-form-abha = आभा नंबर में 14 अंक होते हैं। कोई अंक गलत है: कार्ड से मिलाएँ।
refusal-form-until = यह दिन ठीक नहीं बैठता। तारीखें फिर देखें।
refusal-range-until = यह दिन बहुत आगे का है। फिर देखें।
refusal-range-date = यह तारीख बहुत दूर की है। फिर देखें।
refusal-no-such-day = कैलेंडर में ऐसा कोई दिन नहीं होता।
refusal-form-onset = पहला लक्षण टीके से पहले नहीं हो सकता।
refusal-missing-product = कम से कम एक खुराक चुनें।
refusal-missing-date = मृत्यु का दिन लिखना ज़रूरी है।
refusal-has-parts = इस रिकॉर्ड में दूसरे रिकॉर्ड जुड़े हैं। पहले उन्हें अलग करें, या उलटा जोड़ें।
refusal-duplicates = ऐसा ही एक बच्चा पहले से दर्ज है। पहले सूची देखें।
refusal-child-waits = यह बच्चा टॉय पर दर्ज हुआ है और अभी "तय करना है" में है: पहले एडमिन बताए कि यह सच है।
refusal-child-gone = यह बच्चा अब यहाँ की सूची में नहीं है। रिकॉर्ड एडमिन से वापस आएगा।
refusal-child-active = यह बच्चा पहले से सूची में है।
refusal-child-merged = यह रिकॉर्ड दूसरे रिकॉर्ड में जुड़ा है। उसे खोलें।
refusal-not-merged = यह रिकॉर्ड अलग ही है।
refusal-same-child = जोड़ने के लिए दूसरा रिकॉर्ड चुनें।
refusal-user-active = यह व्यक्ति पहले से लॉगिन कर सकता है।
refusal-toy-stopped = यह टॉय खोया, रोका गया या काम से बाहर है। उसे एडमिन से फिर चालू करवाएँ।
refusal-toy-not-stopped = यह टॉय चालू है।
refusal-toy-locked = इस टॉय पर ताला लगा है, या इसे मिटाया जाना है। पहले ताला खोलें।
refusal-toy-ordered = टॉय को यह पहले ही कहा जा चुका है, या खोलने को कुछ नहीं है।
refusal-unknown-alert = यह सूचना अब नहीं है।
refusal-unknown-fence = यह इलाका अब नहीं है।
refusal-fences-full = { $max } इलाके पहले से हैं। पहले एक हटाएँ।
refusal-card-not-stopped = यह कार्ड रोका हुआ नहीं है।
refusal-card-older = यह कार्ड इससे ज़्यादा बार लिखा जा चुका है। कार्ड फिर से रीडर पर रखें।
refusal-unknown-dose = यह खुराक रिकॉर्ड में नहीं है, या पहले ही हटाई जा चुकी है।
refusal-unknown-series = इस केंद्र की सारणी में यह टीका नहीं है।
refusal-not-declined = इस टीके की मनाही नहीं लिखी है।
refusal-unknown-session = यह सत्र यहाँ दर्ज नहीं है।
refusal-session-taken = यह सत्र पहले से दर्ज है।
refusal-session-day = सत्र और खुराक के दिन अलग हैं।
refusal-session-over = यह सत्र हो चुका है, या रद्द हुआ है।
refusal-session-ahead = यह सत्र अभी आया नहीं है।
refusal-unknown-batch = यह बैच स्टॉक में नहीं है। पहले दर्ज करें।
refusal-batch-differs = यह बैच स्टॉक में दूसरी कंपनी, समाप्ति तिथि या शीशी के साथ है। शीशी से मिलाएँ।
refusal-batch-expired = इस बैच की तारीख निकल चुकी है। इसे न लगाएँ। अगर लग चुका है तो कारण लिखें।
refusal-no-vials = स्टॉक में इतनी शीशियाँ नहीं हैं। शीशियाँ गिनें और "नुकसान या गिनती" में लिखें।
refusal-unknown-vial = यह शीशी पहले ही बंद हो चुकी है।
refusal-unknown-aefi = यह रिपोर्ट यहाँ दर्ज नहीं है।
refusal-unknown-growth = यह नाप रिकॉर्ड में नहीं है, या पहले ही हटाई जा चुकी है।
refusal-unknown-call = फ़ोन की यह बात रिकॉर्ड में नहीं है, या किसी और ने लिखी है।
refusal-not-measured = कम से कम एक नाप लिखें।
refusal-unknown-conflict = यह बात पहले ही तय हो चुकी है।
refusal-cannot-accept = यह जैसा है वैसा सच नहीं हो सकता। इसे केवल अलग रखा जा सकता है; खुराक दी गई हो तो नए सिरे से लिखें।
refusal-unknown-schedule = प्रोग्राम में यह सारणी नहीं है।
refusal-no-consent = परिवार ने घर आने की सहमति नहीं दी है। उन्हें फ़ोन करें।
refusal-child-elsewhere = ज़िले ने इस बच्चे को दूसरे केंद्र में भेज दिया है। वापस लाने के लिए ज़िले से कहें।
refusal-needs-code = ज़िले ने इस व्यक्ति को भेजा है। वह ज़िले के एक बार के कोड से अपना पासवर्ड चुनेगा।
refusal-not-waiting = यह व्यक्ति यहाँ पासवर्ड की प्रतीक्षा में नहीं है।
refusal-wrong-code = यह कोड सही नहीं है। काम न करे तो ज़िला कार्यालय से नया कोड लें।
refusal-code-locked = बहुत बार गलत कोड। { $time } बजे फिर कोशिश करें।
refusal-out-of-contact = यह कंप्यूटर { $max } दिन से ज़्यादा समय से ज़िले से नहीं जुड़ा है। टीके दर्ज हो सकते हैं और बैकअप बन सकता है। इसे इंटरनेट से जोड़ें; ज़िले का जवाब आने पर यह फिर चलेगा।

## What went wrong, and what to do

trouble-crashed = प्रोग्राम से गलती हुई और यह पूरा नहीं हुआ। पन्ने पर देखें कि क्या दर्ज हुआ, फिर कोशिश करें।
trouble-store = यह पूरा नहीं हुआ। पन्ने पर देखें कि क्या दर्ज हुआ, डिस्क में जगह देखें, फिर कोशिश करें।
trouble-login-store = रिकॉर्ड नहीं खुल सके। देखें कि डिस्क में जगह बची है, फिर कोशिश करें। ऐसा ही रहे तो कंप्यूटर की देखभाल करने वाले को बुलाएँ।
trouble-files = केंद्र की फ़ाइलें पढ़ी या लिखी नहीं जा सकतीं। डिस्क और उसकी खाली जगह देखें, फिर कोशिश करें।
trouble-backup-stopped = बैकअप रोक दिया गया। उसकी कोई फ़ाइल नहीं बची।
trouble-backup-exists = इस नाम की फ़ाइल पहले से है, और कुछ मिटाया नहीं जाता। दूसरा नाम चुनें।
trouble-backup-busy = इस फ़ाइल में दूसरा बैकअप लिखा जा रहा है। पूरा होने तक रुकें।
trouble-backup-full = पेन ड्राइव या डिस्क में जगह नहीं है। बैकअप की कोई फ़ाइल नहीं बची। दूसरी पेन ड्राइव लगाएँ।
trouble-backup-place = बैकअप वहाँ नहीं लिखा जा सका। क्या पेन ड्राइव लगी है, और फ़ोल्डर का नाम सही है? कोई फ़ाइल नहीं बची।
trouble-backup-differs = कॉपी रिकॉर्ड से मेल नहीं खाती, इसलिए नहीं रखी गई। दूसरी पेन ड्राइव लगाएँ; फिर भी हो तो कंप्यूटर देखने वाले को बुलाएँ।
trouble-backup-no-recovery = इस केंद्र की कुंजियों में रिकवरी कुंजी नहीं है, इसलिए बैकअप कभी नहीं खुलता। कंप्यूटर देखने वाले को बुलाएँ।
trouble-no-clinic = इस फ़ोल्डर में कोई केंद्र नहीं है।
trouble-founded = इस फ़ोल्डर में पहले से एक केंद्र है। प्रोग्राम बंद करके फिर शुरू करें।
trouble-records-gone = यह संदेश कंप्यूटर देखने वाले को दिखाएँ। इस फ़ोल्डर में किसी केंद्र की कुंजियाँ हैं, पर उसके रिकॉर्ड नहीं हैं। कुछ नहीं बदला गया। ledger.db फ़ाइल वापस रखें या ज़िले से पूछें।
trouble-in-the-way = यह संदेश कंप्यूटर देखने वाले को दिखाएँ। केंद्र के फ़ोल्डर में किसी फ़ाइल या लिंक का वही नाम है जो इस प्रोग्राम के अपने फ़ोल्डर का होता है: rekeying, rekeyed, founding, restoring या taking-over। कुछ नहीं बदला गया। उसे वहाँ से हटाएँ और फिर शुरू करें।
trouble-in-use = यह केंद्र दूसरी विंडो में पहले से खुला है। पहले उसे बंद करें।
trouble-wrong-key = कुंजी रिकॉर्ड से मेल नहीं खाती। कंप्यूटर देखने वाले व्यक्ति को बुलाएँ।
trouble-newer = रिकॉर्ड इस प्रोग्राम के नए संस्करण से लिखे गए हैं। वही संस्करण इंस्टॉल करें।
trouble-no-random = नई कुंजी नहीं बन पाई। कंप्यूटर फिर चालू करके कोशिश करें।
trouble-login-wrong = लॉगिन या पासवर्ड गलत है। Caps Lock और कीबोर्ड की भाषा देखें। भूल गए हों तो एडमिन से पूछें।
trouble-login-locked = बहुत बार गलत पासवर्ड लिखा गया। { $time } के बाद कोशिश करें, या एडमिन से पूछें।
trouble-hub-start = नेटवर्क भाग शुरू नहीं हो सका: टॉय, कार्ड और ज़िले तक पहुँच नहीं है। रिकॉर्ड फिर भी लिखे जा सकते हैं। हर मिनट अपने-आप फिर कोशिश होती है।
trouble-link-form = यह ज़िला कार्यालय का लिंक नहीं है, या इसका कुछ भाग छूट गया है। पूरा लिंक कॉपी करें।
trouble-demo-alone = डेमो केंद्र असली ज़िले से नहीं जुड़ सकता।
trouble-district-unreachable = ज़िला जवाब नहीं देता। इंटरनेट देखें, फिर कोशिश करें।
trouble-district-wrong = इस पते पर कोई और जवाब देता है। आगे न बढ़ें; ज़िला कार्यालय को फ़ोन करें।
trouble-district-secret = यह लिंक पहले ही काम में आ चुका है, या गलत है। ज़िला कार्यालय से नया माँगें।
trouble-district-refuses = ज़िला इस केंद्र के रिकॉर्ड नहीं ले रहा। ज़िला कार्यालय को फ़ोन करें।
trouble-toy-unreachable = टॉय जवाब नहीं देता। क्या वह चालू और इसी नेटवर्क में है?
trouble-toy-wrong-key = इस टॉय की जगह दूसरा यंत्र जवाब देता है। टॉय फिर से चुनें।
trouble-toy-anothers = यह टॉय दूसरे केंद्र का है, या उस कंप्यूटर का जिसकी जगह यह आया है। इसका जोड़ने वाला बटन दबाए रखें और फिर कोशिश करें।
trouble-toy-not-pairing = टॉय का जोड़ने वाला बटन दबाए रखें, और दबाए रखते हुए "दर्ज करें" दबाएँ।
trouble-toy-wrong-secret = गुप्त अंक गलत हैं। लेबल से मिलाएँ।
trouble-toy-too-many-tries = बहुत बार गलत गुप्त अंक। जोड़ने वाला बटन छोड़ें, फिर दबाएँ और दोबारा कोशिश करें।
trouble-toy-version = इस टॉय का सॉफ़्टवेयर इस प्रोग्राम के संस्करण से मेल नहीं खाता।
trouble-toy-not-understood = टॉय का जवाब समझ में नहीं आता। उसे बंद करके फिर चालू करें।
trouble-toy-slow = टॉय ने जवाब देने में बहुत देर की। फिर कोशिश करें।
trouble-card-service = कार्ड रीडर का प्रोग्राम बंद है। कंप्यूटर फिर चालू करें।
trouble-card-reader-gone = कार्ड रीडर निकला हुआ है। उसे फिर लगाएँ।
trouble-card-reader = कार्ड रीडर काम नहीं करता। उसे निकालकर फिर लगाएँ।
trouble-card-pulled = कार्ड बहुत जल्दी हटा लिया गया। उसे रीडर पर रखकर फिर कोशिश करें।
trouble-card-another = रीडर पर अब दूसरा कार्ड है। पहला वापस रखें।
trouble-card-tells-more = कार्ड ऐसे टीके बताता है जो इस रिकॉर्ड में नहीं हैं। पहले उन्हें देखें, फिर कार्ड लिखा जाएगा।
trouble-card-not-understood = कार्ड पर कुछ ऐसा है जो यहाँ अभी पढ़ा नहीं जा सकता, इसलिए उसे जैसा है वैसा ही छोड़ा गया। रिकॉर्ड सहेज लिया गया है।
trouble-card-foreign = इस कार्ड पर किसी और का कुछ है; उस पर कभी लिखा नहीं जाता। दूसरा कार्ड लें।
trouble-card-issued = इस कार्ड पर कोई केंद्र पहले ही लिख चुका है। दूसरा कार्ड लें।
trouble-card-unreadable = कार्ड पढ़ा नहीं जा सकता। दूसरा कार्ड लें।
trouble-card-not-written = कार्ड पर लिखा नहीं जा सका। फिर कोशिश करें, या दूसरा कार्ड लें।
trouble-card-busy = कार्ड दूसरे प्रोग्राम के पास है। थोड़ा रुककर फिर कोशिश करें।

## Diet: the keys that assets/diet/plan.toml names

diet-unsourced = अभी जाँचा नहीं गया: चिकित्सा अधिकारी से पूछें
diet-heading-sources = स्रोत
diet-heading-referral = इस बच्चे को रेफर करें
diet-heading-advice = अभी क्या करें
diet-heading-milk = दूध
diet-heading-meals = भोजन
diet-heading-energy = दिन भर की ऊर्जा
diet-heading-groups = रोज़ इनमें से हर एक
diet-heading-foods = इस उम्र के लिए अच्छा खाना
diet-heading-regional = इलाके का खाना, जो परिवार खाता है
diet-heading-anganwadi = आंगनवाड़ी से
diet-heading-supplements = आयरन और विटामिन ए
diet-heading-deworming = कृमि मुक्ति
diet-heading-rules = सही तरीके से खिलाना
diet-heading-choking = गले में अटक सकते हैं: न दें
diet-choice-veg = शाकाहारी
diet-choice-egg = शाकाहारी, अंडा खाते हैं
diet-choice-nonveg = अंडा, मछली और मांस
diet-region-north = उत्तर
diet-region-south = दक्षिण
diet-region-east = पूर्व
diet-region-west = पश्चिम
diet-region-northeast = पूर्वोत्तर
diet-band-0-6m = जन्म से 6 महीने
diet-band-6-8m = 6 से 8 महीने
diet-band-9-11m = 9 से 11 महीने
diet-band-12-23m = 1 से 2 साल
diet-band-2-3y = 2 से 3 साल
diet-band-4-6y = 4 से 6 साल
diet-band-7-12y = 7 से 12 साल
diet-milk-only = सिर्फ़ माँ का दूध, दिन-रात, 24 घंटे में कम से कम { $n } बार।
diet-milk-often = बार-बार स्तनपान कराएँ, जब भी शिशु चाहे।
diet-milk-go-on = स्तनपान जारी रखें।
diet-milk-without-breast-young = 6 महीने से कम और स्तनपान नहीं: कौन-सा दूध दें, यह चिकित्सा अधिकारी बताएँगे। कटोरी-चम्मच से पिलाएँ।
diet-milk-without-breast = स्तनपान नहीं: रोज़ दूध या दही दें। दूध कटोरी-चम्मच से पिलाएँ।
diet-milk-may-go-on = स्तनपान जारी रख सकते हैं; नहीं तो रोज़ दूध या दही दें।
diet-milk-daily = रोज़ दूध या दही।
diet-meals-2-3 = दिन में 2 से 3 बार भोजन
diet-meals-3-4 = दिन में 3 से 4 बार भोजन
diet-meals-4-5 = दिन में 4 से 5 बार भोजन, क्योंकि बच्चा माँ का दूध नहीं पीता
diet-meals-3 = दिन में 3 बार भोजन
diet-snacks-1-2-hungry = बीच में 1 से 2 बार नाश्ता, अगर शिशु भूखा हो
diet-snacks-1-2 = बीच में 1 से 2 बार नाश्ता
diet-snacks-2 = बीच में 2 बार नाश्ता
diet-texture-thick = गाढ़ा दलिया, अच्छी तरह मसला हुआ खाना
diet-texture-chopped = बारीक कटा या मसला हुआ, और ऐसे टुकड़े जो शिशु खुद उठा सके
diet-texture-family-chopped = घर का खाना, ज़रूरत हो तो काटकर; ऐसा कुछ नहीं जो गले में अटके
diet-texture-family = घर का खाना
diet-amount-start = एक बार में 2 से 3 बड़े चम्मच से शुरू करें, बढ़ाकर 250 मिली के आधे कप तक
diet-amount-half-cup = एक बार में 250 मिली का आधा कप
diet-amount-three-quarters = एक बार में 250 मिली का पौना से पूरा कप
diet-amount-half-plate = बड़ों की थाली का लगभग आधा
diet-energy = कुल लगभग { $n } किलो कैलोरी रोज़
diet-energy-food = इसमें लगभग { $n } किलो कैलोरी खाने से, बाकी माँ के दूध से
diet-energy-without-breast = खाने और दूसरे दूध से लगभग { $n } किलो कैलोरी रोज़
diet-energy-boys = लड़के: लगभग { $n } किलो कैलोरी रोज़
diet-energy-girls = लड़कियाँ: लगभग { $n } किलो कैलोरी रोज़
diet-group-cereal = अनाज: चावल, गेहूँ
diet-group-cereal-millet = अनाज या मोटा अनाज
diet-group-pulse = दाल
diet-group-vegetable-mashed = मसली हुई सब्ज़ी
diet-group-vegetable = सब्ज़ी
diet-group-green-leaf = हरी पत्तेदार सब्ज़ी
diet-group-other-vegetable = दूसरी सब्ज़ियाँ
diet-group-fruit-mashed = मसला हुआ फल
diet-group-fruit = फल
diet-group-milk-product = दूध, दही या पनीर
diet-group-egg = अंडा
diet-group-egg-flesh = अंडा, मछली या मांस
diet-group-fat-teaspoon = तेल या घी, 1 छोटा चम्मच
diet-group-fat = तेल या घी
diet-food-khichdi-mashed = तेल या घी डालकर मसली हुई खिचड़ी
diet-food-suji-kheer = सूजी की खीर
diet-food-banana-mashed = मसला हुआ केला
diet-food-dal-rice-mashed = दाल के साथ मसला हुआ चावल
diet-food-potato-pumpkin = मसला हुआ आलू या कद्दू
diet-food-egg-yolk = अच्छी तरह मसली हुई अंडे की ज़र्दी
diet-food-fish-mashed = बिना काँटे की मसली हुई मछली
diet-food-roti-in-dal = गाढ़ी दाल में मसली हुई रोटी या चावल, घी डालकर
diet-food-dalia-milk = दूध वाला दलिया
diet-food-sevai-halwa = सेवई या हलवा
diet-food-curd-rice = दही-चावल
diet-food-fruit-soft = नरम फल के टुकड़े
diet-food-egg-mashed = उबला और मसला हुआ अंडा
diet-food-fish-soft = बिना काँटे की नरम मछली
diet-food-chicken-khichdi = खिचड़ी में चिकन का कीमा
diet-food-roti-dal-vegetable = रोटी, दाल और सब्ज़ी
diet-food-khichdi-curd = दही के साथ खिचड़ी
diet-food-idli-sambar = इडली-सांभर
diet-food-poha-peanut = पिसी मूँगफली वाला पोहा
diet-food-fruit-season = मौसमी फल
diet-food-egg-daily = रोज़ एक अंडा, या जितनी बार हो सके
diet-food-fish-curry = बिना काँटे की मछली करी
diet-food-minced-meat = कीमा
diet-food-wheat-roti = गेहूँ की रोटी
diet-food-dalia = दलिया
diet-food-bajra = बाजरा
diet-food-arhar = अरहर की दाल
diet-food-chana = नरम पका चना
diet-food-rajma = नरम पका राजमा
diet-food-palak = पालक
diet-food-carrot = नरम पकी गाजर
diet-food-curd = दही
diet-food-egg = अंडा
diet-food-chicken = चिकन
diet-food-rice = चावल
diet-food-idli = इडली
diet-food-ragi = रागी का दलिया
diet-food-dosa = डोसा
diet-food-sambar = सांभर
diet-food-moong = मूँग की दाल
diet-food-drumstick-leaf = सहजन के पत्ते
diet-food-coconut = कसा हुआ नारियल
diet-food-fish = बिना काँटे की मछली
diet-food-chuda = भिगोया हुआ चूड़ा
diet-food-muri = मूढ़ी (मुरमुरा)
diet-food-masoor = मसूर की दाल
diet-food-pumpkin = कद्दू
diet-food-leafy-saag = साग
diet-food-banana = केला
diet-food-small-fish = छोटी मछली, काँटे निकालकर या पीसकर
diet-food-jowar-bajra = ज्वार या बाजरे की रोटी
diet-food-poha = पोहा
diet-food-tur = तूर की दाल
diet-food-methi = मेथी
diet-food-groundnut = पिसी हुई मूँगफली
diet-food-buttermilk = छाछ
diet-food-fish-coast = समुद्र किनारे के इलाके में मछली
diet-food-sticky-rice = चिपचिपा चावल (बोरा चावल)
diet-food-soybean = सोयाबीन
diet-food-local-greens = स्थानीय साग
diet-food-pork-chicken = सूअर का मांस या चिकन, कीमा बनाकर
diet-anganwadi-take-home = टेक होम राशन: रोज़ { $n } किलो कैलोरी और 12 से 15 ग्राम प्रोटीन
diet-anganwadi-meal = सुबह का नाश्ता और गरम पका भोजन: रोज़ { $n } किलो कैलोरी और 12 से 15 ग्राम प्रोटीन
diet-anganwadi-malnourished = कुपोषित बच्चों का राशन: रोज़ { $n } किलो कैलोरी और 20 से 25 ग्राम प्रोटीन
diet-rule-first-hour = जन्म के एक घंटे के भीतर स्तनपान शुरू कराएँ और पहला गाढ़ा पीला दूध (खीस) पिलाएँ।
diet-rule-only-breast-milk = छह महीने पूरे होने तक सिर्फ़ माँ का दूध: न पानी, न शहद, न कोई और दूध।
diet-rule-soft-food = छह महीने पूरे होने पर ऊपरी आहार शुरू करें, और दो साल या उससे आगे तक स्तनपान जारी रखें।
diet-rule-thick = खाना इतना गाढ़ा हो कि चम्मच पर टिके: पतला खाना पेट भरता है, पोषण नहीं देता।
diet-rule-patient = धीरज से खिलाएँ और बच्चे की ओर देखें; मदद करें, ज़बरदस्ती न करें।
diet-rule-wash = हाथ और बर्तन धोएँ। कटोरी-चम्मच काम में लें, दूध की बोतल नहीं।
diet-rule-illness = बीमारी में और ज़्यादा बार स्तनपान कराएँ।
diet-rule-illness-food = बीमारी में ज़्यादा तरल पिलाएँ, और स्तनपान करने वाले बच्चे को ज़्यादा बार स्तनपान कराएँ; ठीक होने पर रोज़ एक बार ज़्यादा खिलाएँ।
diet-choking-nuts = साबुत मेवे
diet-choking-grapes = साबुत अंगूर
diet-choking-carrot = कच्ची गाजर के सख्त टुकड़े
diet-choking-popcorn = पॉपकॉर्न
diet-ifa-syrup-dose = आईएफए सिरप: 1 मिली, हफ़्ते में दो बार
diet-ifa-syrup-content = 1 मिली में 20 मिलीग्राम आयरन और 100 माइक्रोग्राम फोलिक एसिड है।
diet-ifa-syrup-bottle = ऑटो-डिस्पेंसर वाली 50 मिली की बोतल
diet-ifa-syrup-not-in = गंभीर तीव्र कुपोषण या बुखार में न दें: चिकित्सा अधिकारी से पूछें।
diet-ifa-pink-dose = आईएफए गुलाबी गोली: हफ़्ते में 1 गोली
diet-ifa-pink-content = चीनी चढ़ी गोली, 45 मिलीग्राम आयरन और 400 माइक्रोग्राम फोलिक एसिड
diet-ifa-blue-dose = आईएफए नीली गोली: हफ़्ते में 1 गोली
diet-ifa-blue-content = चीनी चढ़ी गोली, 60 मिलीग्राम आयरन और 500 माइक्रोग्राम फोलिक एसिड
diet-ifa-blue-girls = जो स्कूल नहीं जाते, उनमें सिर्फ़ लड़कियों को।
diet-vita-dose = विटामिन ए: 9 महीने पूरे होने पर एमआर-1 के साथ, फिर 16 से 18 महीने पर और 5 साल तक हर 6 महीने पर, कुल नौ खुराक
diet-vita-content = पहली खुराक 1 मिली (1 लाख आईयू), बाकी 2 मिली (2 लाख आईयू)
diet-deworming-date = राष्ट्रीय कृमि मुक्ति दिवस: { $date }
diet-deworming-half = एल्बेंडाजोल 200 मिलीग्राम: 400 मिलीग्राम की आधी गोली, पीसकर
diet-deworming-full = एल्बेंडाजोल 400 मिलीग्राम: एक गोली, चबाकर या पीसकर
diet-deworming-not-ill = बच्चा बीमार हो तो न दें
diet-deworming-states = राज्य दूसरा दिन तय कर सकता है।
diet-advice-remeasure-weight = वज़न ऐसा होना लगभग असंभव है। फिर तौलें और जन्म तिथि मिलाएँ।
diet-advice-remeasure-length = लंबाई ऐसी होना लगभग असंभव है। फिर नापें और जन्म तिथि मिलाएँ।
diet-advice-remeasure-head = सिर का घेरा ऐसा होना लगभग असंभव है। फिर नापें और जन्म तिथि मिलाएँ।
diet-advice-remeasure-muac = बाँह का घेरा (एमयूएसी) ऐसा होना लगभग असंभव है। फिर नापें और जन्म तिथि मिलाएँ।
diet-advice-remeasure-lying = खड़ा करके नापने के लिए बच्चा बहुत छोटा है। लिटाकर फिर नापें।
diet-advice-refer-facility = स्वास्थ्य संस्था (पोषण पुनर्वास केंद्र) में रेफर करें।
diet-advice-refer-medical-officer = बच्चे को चिकित्सा अधिकारी के पास भेजें, घर पर रहने वाले कुपोषित बच्चों के कार्यक्रम के लिए।
diet-advice-ask-medical-officer = बच्चे को चिकित्सा अधिकारी को दिखाएँ।
diet-advice-check-appetite = भूख और खतरे के लक्षण देखें। भूख न हो या खतरे का लक्षण हो: स्वास्थ्य संस्था (पोषण पुनर्वास केंद्र) में भेजें।
diet-advice-extra-meals = रोज़ एक या दो बार ज़्यादा खिलाएँ, ऊर्जा से भरपूर: दलिये में तेल, घी, गुड़ या पिसी मूँगफली मिलाएँ।
diet-advice-anganwadi-ration = रोज़ { $n } किलो कैलोरी वाले राशन के लिए आंगनवाड़ी में नाम लिखवाएँ।
diet-advice-recheck = { $n } दिन बाद फिर तौलें।
diet-advice-follow-diet = इस उम्र की आहार योजना के अनुसार खिलाएँ।

## Contra-indications and refusals

status-contraindicated = नहीं देना है
why-contraindicated = इससे इस बच्चे को नुकसान हो सकता है
why-contraindicated-product = { $product } से इस बच्चे को नुकसान हो सकता है
why-contraindicated-live = जीवित टीकों से इस बच्चे को नुकसान हो सकता है
why-contraindicated-until = { $day } तक इससे इस बच्चे को नुकसान हो सकता है
why-contraindicated-product-until = { $day } तक { $product } से इस बच्चे को नुकसान हो सकता है
why-contraindicated-live-until = { $day } तक जीवित टीकों से इस बच्चे को नुकसान हो सकता है
why-not-with-product = { $product } से नहीं
why-not-with-product-until = { $day } तक { $product } से नहीं
why-refused = परिवार ने { $on } को मना किया

## Import of files (the report of `tikka-station import`)

import-added = रिकॉर्ड में दर्ज हुआ।
import-added-trial = रिकॉर्ड में दर्ज हो जाएगा।
import-added-to-list = रिकॉर्ड में दर्ज हुआ। कार्यकर्ता की सूची भर गई है, इसलिए बच्चा एडमिन की सूची में है।
import-added-to-list-trial = रिकॉर्ड में दर्ज हो जाएगा। कार्यकर्ता की सूची भर गई है, इसलिए बच्चा एडमिन की सूची में जाएगा।
import-already-here = रिकॉर्ड में पहले से है। कुछ करना बाकी नहीं था।
import-joined = बच्चा पहले से दर्ज था। रिकॉर्ड में जो नहीं था वह जोड़ा गया, और पंक्ति उसके साथ रखी गई।
import-joined-trial = बच्चा पहले से दर्ज है। रिकॉर्ड में जो नहीं है वह जोड़ा जाएगा, और पंक्ति उसके साथ रखी जाएगी।
import-same-note = लाई गई फ़ाइल की एक पंक्ति यही बच्चा है।
import-looks-like = शायद यह वही बच्चा है। "decision" कॉलम में वही या अलग लिखें और यह फ़ाइल --decisions के साथ वापस दें।
import-missing = "{ $column }" कॉलम खाली है।
import-column = { $words } ("{ $column }" कॉलम।)
import-no-date = यह तारीख नहीं है। दिन/महीना/साल लिखें, जैसे 25/03/2024।
import-short-year = साल चार अंकों में लिखें, जैसे 25/03/2024।
import-month-first = महीना दिन से पहले लिखा है। दिन/महीना/साल लिखें, जैसे 25/03/2024।
import-either-way = यह तारीख दो तरह से पढ़ी जा सकती है: पंक्ति { $line } में महीना दिन से पहले है, और ज़्यादा पंक्तियाँ यह नहीं दिखातीं कि इस फ़ाइल में दिन पहले है। पहले वह पंक्ति ठीक करें, या साल-महीना-दिन लिखें।
import-shortened = स्प्रेडशीट ने यह नंबर काट दिया। कॉलम को टेक्स्ट बनाकर फ़ाइल फिर से सेव करें।
import-word = "{ $column }" कॉलम में यह शब्द नहीं चलता।
import-number = यह नंबर नहीं है।
import-too-long = "{ $column }" कॉलम के लिए यह बहुत लंबा है।
import-characters = "{ $column }" कॉलम में ऐसे अक्षर हैं जो दिखते नहीं।
import-too-wide = इस पंक्ति में कॉलम से ज़्यादा खाने हैं। क्या किसी नाम में बिना उद्धरण चिह्न के कॉमा है?
import-ref-twice = पंक्ति { $line } के "ref" कॉलम में यही नंबर है।
import-ref-unknown = बच्चों की फ़ाइल के "ref" कॉलम में यह नंबर नहीं है।
import-ref-not-taken = इस खुराक का बच्चा (बच्चों की फ़ाइल की पंक्ति { $line }) दर्ज नहीं हुआ।
import-child-number = यह बच्चे का पहचान नंबर नहीं है। हर अंक और अक्षर फिर से देखें।
import-two-children = "ref" और "id" दो अलग बच्चों के हैं।
bring-title = पुराने रजिस्टर या फ़ाइल से बच्चे लाएँ
bring-about = खाली फ़ाइलें भरें, या अपनी स्प्रेडशीट "CSV UTF-8" के रूप में सहेजें; पहली पंक्ति में कॉलम के नाम होते हैं। हर पंक्ति पूरी ली जाती है या बिल्कुल नहीं, और जो पंक्ति पहले ली जा चुकी वह दोबारा नहीं ली जाती।
bring-children = बच्चों की फ़ाइल
bring-children-hint = नीचे से फ़ाइल चुनें, या उसका पूरा नाम लिखें। कॉलम dob (जन्म की तारीख), mother (माँ) और village (गाँव) ज़रूरी हैं; बाकी खाली रह सकते हैं।
bring-doses = खुराकों की फ़ाइल
bring-doses-hint = नीचे से फ़ाइल चुनें, या उसका पूरा नाम लिखें। कॉलम product (टीका) और date (तारीख) ज़रूरी हैं, और ref या id (कौन सा बच्चा) में से एक।
bring-full-to-list = जिस कार्यकर्ता की सूची भर गई है, उसके बच्चे केंद्र की सूची में जाएँ
bring-proof = कहीं और दी गई खुराकों का प्रमाण, अगर पंक्ति में न लिखा हो
bring-proof-hint = जैसे: पुराने रजिस्टर में लिखा है
bring-reason = जो खुराकें सारणी से मेल नहीं खातीं उनका कारण, अगर पंक्ति में न लिखा हो
bring-reason-hint = पहले खाली छोड़ें: तब ऐसी खुराकें एक-एक करके दिखती हैं
bring-try = फ़ाइलें जाँचें, कुछ दर्ज न करें
bring-empty-files = भरने के लिए खाली फ़ाइलें बनाएँ
bring-file-saved = सहेजा गया: { $path }
bring-report-not-written = रिपोर्ट फ़ाइलों के पास नहीं लिखी जा सकी। क्या पेन ड्राइव भरी या बंद है?
bring-trying = पंक्तियाँ जाँची जा रही हैं
bring-trying-about = कुछ दर्ज नहीं होता।
bring-taking = पंक्तियाँ ली जा रही हैं
bring-taking-about = जो हो गया वह रहता है, रोकने पर भी।
bring-how-far = { $of } में से { $n } पंक्तियाँ, { $open } नहीं ली गईं
bring-tried = जाँच हुई, अभी कुछ दर्ज नहीं
bring-taken = दर्ज किया गया
bring-report = रिपोर्ट सहेजें
bring-take = अब दर्ज करें
bring-to-files = दूसरी फ़ाइलें
bring-open = आपका जवाब चाहिए: { $n }
bring-all = सब पंक्तियाँ: { $n }
bring-would-be-taken = ली जाएँगी: { $n }
bring-were-taken = ली गईं: { $n }
bring-known = पहले से हैं: { $n }
bring-alike = किसी दर्ज बच्चे जैसी: { $n }
bring-refused = नहीं ली गईं: { $n }
bring-stopped-trial = रोक दिया गया: { $of } में से { $n } पंक्तियाँ जाँची गईं। दर्ज करने से पहले सब जाँचें।
bring-stopped = रोक दिया गया: { $of } में से { $n } पंक्तियाँ हो गईं, और उनकी बातें दर्ज हैं। बाकी के लिए वही फ़ाइलें फिर लाएँ।
bring-broken = { $of } में से { $n } पंक्तियाँ हो गईं और दर्ज हैं, बाकी नहीं।
bring-unknown-columns = ये कॉलम कोई नहीं जानता, और इनसे कुछ नहीं लिया जाता: { $names }
bring-help-full = कुछ कार्यकर्ताओं की सूची भर गई है। "दूसरी फ़ाइलें" में उनके बच्चों को केंद्र की सूची में जाने दे सकते हैं।
bring-help-proof = खुराकों का प्रमाण नहीं है। "दूसरी फ़ाइलें" में सबके लिए बता सकते हैं कि क्या देखा गया।
bring-help-reason = कुछ खुराकें सारणी से मेल नहीं खातीं। उन्हें देखें; "दूसरी फ़ाइलें" में सबके लिए एक कारण दे सकते हैं।
bring-nothing-open = देखने के लिए कुछ नहीं बचा
bring-nothing-open-next = हर पंक्ति ली गई, या ली जाएगी।
bring-file-children = बच्चे
bring-file-doses = खुराकें
bring-line = पंक्ति { $n }
bring-looks-like = किसी दर्ज बच्चे जैसी लगती है। क्या वही बच्चा है?
bring-state-new = नई
bring-state-known = पहले से है
bring-state-alike = जवाब चाहिए
bring-state-same = वही बच्चा
bring-state-other = दूसरा बच्चा
bring-state-refused = नहीं ली गई
bring-in-the-file = फ़ाइल में
bring-registered = यहाँ दर्ज
bring-same = हाँ, यही बच्चा
bring-another = नहीं, दूसरा बच्चा
bring-ask-again = जवाब वापस लें
bring-unreadable-children = बच्चों की फ़ाइल पढ़ी नहीं जा सकती। क्या पेन ड्राइव लगी है, और नाम सही है?
bring-unreadable-doses = खुराकों की फ़ाइल पढ़ी नहीं जा सकती। क्या पेन ड्राइव लगी है, और नाम सही है?
bring-fault = फ़ाइल ({ $file }) काम की नहीं है। { $words }
bring-fault-too-large = वह बहुत बड़ी है। उसकी कई फ़ाइलें बनाएँ।
bring-fault-too-many-lines = उसमें बहुत पंक्तियाँ हैं। उसकी कई फ़ाइलें बनाएँ।
bring-fault-not-utf8 = पंक्ति { $line } UTF-8 में नहीं है। "CSV UTF-8" के रूप में सहेजें और फिर करें।
bring-fault-not-text = वह टेक्स्ट फ़ाइल नहीं है। "CSV UTF-8" के रूप में सहेजें और फिर करें।
bring-fault-empty = वह खाली है।
bring-fault-no-column = कॉलम "{ $column }" नहीं है। पहली पंक्ति में कॉलम के नाम होने चाहिए।
bring-fault-column-twice = दो कॉलम का नाम "{ $column }" है।
bring-fault-too-many-columns = उसमें बहुत कॉलम हैं।
bring-fault-open-quote = पंक्ति { $line } का उद्धरण चिह्न बंद नहीं है: उसके आगे कुछ नहीं पढ़ा जा सकता।
bring-fault-decision = पंक्ति { $line } में जो तय किया गया वह समझ में नहीं आता।

## बच्चे का रिकॉर्ड: फ़ॉर्म, इतिहास, और एडमिन क्या कर सकता है

child-form-more = और: पास की पहचान, नंबर, जुड़वाँ, खाना, भाषा
child-form-fewer = कम जानकारी दिखाएँ
child-form-birth-order-hint = जुड़वाँ हों तो: 1, 2, …
child-form-food = परिवार क्या खाता है
child-form-language = संदेश की भाषा
language-en = अंग्रेज़ी
language-hi = हिन्दी
child-form-abha-hint = 14 अंक, खाली भी रह सकता है

children-found-more = { $n } से ज़्यादा बच्चे मिले: और अक्षर लिखें
children-duplicates = शायद दो बार दर्ज
children-filters = केवल दिखाएँ…
children-mine = मेरे
children-nobodys = बिना कार्यकर्ता के
children-of-worker = कार्यकर्ता…
children-of-village = गाँव…
children-age-first = 1 साल से छोटे
children-age-second = 1 साल के
children-age-to-five = 2 से 4 साल
children-age-older = 5 साल और बड़े
children-without-card = बिना कार्ड
children-gone = बाहर गए या मृत्यु
children-no-filter = सब दिखाएँ

gone-moved-away = दूसरी जगह गए
gone-died = मृत्यु हुई
gone-other = यहाँ देखभाल नहीं
gone-moved-station = ज़िले के दूसरे केंद्र में भेजा गया
gone-waiting = टॉय पर दर्ज, एडमिन के देखने तक रुका है

alike-title = क्या यह इनमें से कोई है?
alike-about = ऐसा ही एक बच्चा पहले से दर्ज है। परिवार से पूछें, फिर चुनें। एक बच्चे के दो रिकॉर्ड हों तो खुराकें छूट जाती हैं।
alike-typed = फ़ॉर्म पर
alike-new = नया
alike-born = जन्म { $day }
alike-mother = माँ { $name }
alike-found = { $n ->
    [one] { $n } दर्ज बच्चा ऐसा ही है
   *[other] { $n } दर्ज बच्चे ऐसे ही हैं
}
alike-same = यही बच्चा है: खोलें
alike-another = दूसरा बच्चा है: दर्ज करें
alike-back = फ़ॉर्म पर वापस
alike-probable = शायद यही बच्चा
alike-possible = हो सकता है यही हो
alike-twin = { $name }, क्रम { $n }
alike-name-same = एक ही नाम
alike-name-alike = मिलता-जुलता नाम
alike-name-partly = पहला नाम मिलता है
alike-name-missing = एक का अभी नाम नहीं
alike-dob-same = एक ही जन्म तिथि
alike-dob-swapped = दिन और महीना उलटे हैं
alike-dob-near = { $n ->
    [one] जन्म में { $n } दिन का अंतर
   *[other] जन्म में { $n } दिन का अंतर
}
alike-dob-estimated = { $n ->
    [one] एक जन्म तिथि अनुमानित, { $n } दिन का अंतर
   *[other] एक जन्म तिथि अनुमानित, { $n } दिन का अंतर
}
alike-dob-slip = जन्म तिथि का एक हिस्सा अलग है
alike-mother-same = माता का एक ही नाम
alike-mother-alike = माता का मिलता-जुलता नाम
alike-father-same = पिता का एक ही नाम
alike-father-alike = पिता का मिलता-जुलता नाम
alike-phone-same = एक ही फ़ोन
alike-village-same = एक ही गाँव
alike-sex-differs = पर लिंग अलग
alike-mother-differs = पर माता का नाम अलग
alike-father-differs = पर पिता का नाम अलग
alike-phone-differs = पर फ़ोन अलग
alike-village-differs = पर गाँव अलग

pairs-title = शायद दो बार दर्ज
pairs-about = ये रिकॉर्ड एक ही बच्चे के लगते हैं। सबसे मिलते-जुलते पहले।
pairs-none = कोई दो रिकॉर्ड एक बच्चे के नहीं लगते
pairs-none-next = नया बच्चा लिखते समय मिलते-जुलते बच्चे दिखाए जाते हैं।
pairs-one = एक ही बच्चा: रिकॉर्ड जोड़ें
pairs-two = ये दो अलग बच्चे हैं
pairs-two-sure = दोनों की खुराकें, परिवार और कार्यकर्ता देखें। अगर ये दो बच्चे हैं, तो यह जोड़ी फिर नहीं दिखेगी; रिकॉर्ड बाद में भी किसी एक के पन्ने से जोड़े जा सकते हैं।
pairs-two-now = हाँ, ये दो अलग बच्चे हैं
pairs-told = लिख लिया: ये दो बच्चे हैं।
pairs-before = पिछले
pairs-after = अगले

visit-record = परिवार और इतिहास
record-form = बच्चे की जानकारी
record-parts = इस रिकॉर्ड में जोड़े गए
record-edit = बदलें
record-edit-reason = क्यों बदल रहे हैं?
record-edit-reason-hint = नाम, जन्म तिथि, लिंग या माता बदलने पर ज़रूरी है। इतिहास में दोनों रहते हैं।
record-to-visit = टीकों पर वापस
record-saved = सहेज लिया। किसने किया, इतिहास में दिखता है।
record-opt-out = इस फ़ोन पर अब याद न दिलाएँ
record-opt-in = इस फ़ोन पर फिर याद दिलाएँ
record-opted-out = सहेज लिया: इस फ़ोन पर अब संदेश नहीं जाएँगे।
record-opted-in = सहेज लिया: इस फ़ोन पर फिर संदेश जाएँगे।
record-says-stop = नहीं: परिवार नहीं चाहता
record-gone = { $why }, { $day }
record-merge = दूसरे रिकॉर्ड से जोड़ें
record-merge-about = एक ही बच्चे के दो रिकॉर्ड जोड़े जाते हैं। एक रिकॉर्ड रहता है और दूसरे की खुराकें उसमें गिनी जाती हैं। दूसरे के कार्ड से भी अब यही रिकॉर्ड खुलता है। कुछ नहीं खोता, और इन्हें फिर अलग किया जा सकता है।
merge-before = { $stays } ({ $staysId }) का रिकॉर्ड रहेगा। { $goes } ({ $goesId }) का रिकॉर्ड उसमें जुड़ जाएगा।
merge-after = हो गया। { $stays } ({ $staysId }) का रिकॉर्ड रहा; { $goes } ({ $goesId }) का रिकॉर्ड अब उसका हिस्सा है।
merge-together = नाम, जन्म तिथि, परिवार और कार्यकर्ता उसी रिकॉर्ड के रहेंगे जो रहेगा। दोनों की खुराकें मिलाकर: { $n }।
merge-stays = यह रिकॉर्ड रहेगा
merge-goes = दूसरे में जुड़ जाएगा
merge-swap = इसके बजाय यह रिकॉर्ड रहे
merge-two-cards = दोनों रिकॉर्ड का अपना कार्ड है। जोड़ने के बाद आपसे पूछा जाएगा कि परिवार कौन-सा कार्ड चलाता है।
merge-card = कार्ड { $card }
merge-measured = नाप: { $n }
merge-certificates = प्रमाण पत्र: { $n }
record-merge-none = कोई और रिकॉर्ड इस बच्चे जैसा नहीं है। दूसरे रिकॉर्ड का पहचान नंबर लिखें।
record-merge-id = दूसरे रिकॉर्ड का पहचान नंबर
record-merge-id-hint = जैसा बच्चे के पन्ने पर लिखा है
record-merge-do = जोड़ें
record-unmerge = अलग करें
record-unmerge-about = यह रिकॉर्ड फिर अपने बच्चे का होगा, जैसा जोड़ने से पहले था।
record-unmerge-do = अलग करें
record-away = बाहर गए या मृत्यु
record-away-about = बच्चा अब किसी सूची में नहीं रहेगा और कार्यकर्ता की सूची में एक जगह खाली होगी। रिकॉर्ड रहता है, और एडमिन से वापस आ सकता है।
record-away-do = सहेजें
record-back = वापस लाएँ
record-back-about = बच्चे की देखभाल फिर यहाँ होगी।
record-back-do = वापस लाएँ
record-assign = कार्यकर्ता को दें
record-assign-about = बच्चा अपने पूरे रिकॉर्ड के साथ जाता है। एक कार्यकर्ता के पास ज़्यादा से ज़्यादा 50 बच्चे होते हैं।
record-assign-do = दें

history-title = क्या-क्या हुआ: { $n }
history-all = सब दिखाएँ
history-open = दूसरा रिकॉर्ड खोलें
history-of-part = जोड़े गए रिकॉर्ड { $id } में
history-by-station = यह कंप्यूटर
history-because = कारण: { $reason }
history-worker = कार्यकर्ता: { $name }
history-nobodys = केंद्र की सूची में
history-empty = खाली
history-yes = हाँ
history-no = नहीं
history-change = { $field }: { $old } → { $new }
history-registered = दर्ज हुआ
history-registered-on-toy = टॉय पर दर्ज हुआ
history-looked-alike = { $n ->
    [one] { $n } बच्चा ऐसा ही था, पर दूसरा है
   *[other] { $n } बच्चे ऐसे ही थे, पर दूसरे हैं
}
history-edited = फ़ॉर्म बदला गया
history-unchanged = कुछ अलग नहीं था
history-assigned = कार्यकर्ता को दिया गया
history-merged = { $child } अब { $into } का हिस्सा है
history-unmerged = { $child } फिर अलग रिकॉर्ड है
history-told-apart = { $child } दूसरा बच्चा है
history-went-away = { $why }, { $day }
history-came-back = वापस लाया गया
history-moved-in = { $day } को { $station } से आया, ज़िले ने भेजा
history-moved-out = { $day } को ज़िले ने { $station } भेजा
history-dose-name = { $product }, { $day }
history-dose = खुराक: { $dose }
history-dose-again = दोबारा बताया गया: { $dose }
history-dose-outside = कहीं और दी गई: { $dose }
history-dose-doubted = बताया गया, पर शक है: { $dose }
history-dose-corrected = खुराक सुधारी गई: { $dose }
history-dose-withdrawn = खुराक हटाई गई: { $dose }
history-now = अब: { $dose }
history-now-batch = अब: { $dose }, बैच { $batch }
history-batch = बैच { $batch }
history-seen-on = देखा गया: { $proof }
history-refused = परिवार ने { $vaccine } से मना किया
history-contraindicated = { $vaccine } इस बच्चे को नुकसान कर सकता है
history-decline-lifted = { $vaccine } फिर दिया जा सकता है
history-doubt-true = एडमिन ने कहा: यह सच है
history-doubt-aside = एडमिन ने इसे अलग रखा
history-aefi = टीके के बाद तकलीफ़: { $class }, पहला लक्षण { $day }
history-aefi-updated = तकलीफ़ की रिपोर्ट बदली गई: { $class }, पहला लक्षण { $day }
history-aefi-withdrawn = तकलीफ़ की रिपोर्ट हटाई गई
history-aefi-outcome = नतीजा: { $outcome }
found-at-home = { $day } को बच्चा घर पर मिला
found-away = { $day } को बच्चा घर पर नहीं मिला
found-moved = { $day } तक परिवार कहीं और चला गया था
history-measured = { $day } को नाप ली गई
history-measure-withdrawn = { $day } की नाप हटाई गई
history-weight = { $n } किलो
history-length = लंबाई { $n } सेमी
history-muac = बाँह { $n } सेमी
history-head = सिर { $n } सेमी
history-oedema = दोनों पैरों में सूजन
history-called = परिवार को फ़ोन: { $outcome }
history-call-withdrawn = फ़ोन पर हुई बात हटाई गई: गलती से लिखी गई थी
history-will-come = { $day } को आएँगे
history-card-given = कार्ड { $card } दिया गया
history-card-lost = कार्ड { $card } खो गया
history-card-blocked = कार्ड { $card } रोका गया
history-card-replaced = कार्ड { $card } बदला गया
history-card-unblocked = कार्ड { $card } फिर चालू
history-task = काम: { $kind }
history-task-done = काम हुआ
history-task-not-done = काम नहीं हुआ
history-task-reopened = काम फिर खोला गया: गलती से बंद हुआ था
task-handed-over = काम दूसरी कार्यकर्ता को दिया गया
history-certificate = प्रमाण पत्र { $number }, { $day }

field-dob-estimated = अनुमानित जन्म तिथि
field-sex = लिंग
field-food = परिवार का खाना
field-language = संदेश की भाषा
field-reminders = फ़ोन पर याद दिलाने की सहमति
field-tracing = घर आने की सहमति
call-will-come = आएँगे
call-no-answer = जवाब नहीं
call-moved = दूसरी जगह गए
call-refused = मना किया
call-wrong-number = गलत नंबर
aefi-class-minor = मामूली (माइनर)
aefi-class-severe = तीव्र (सीवियर)
aefi-class-serious = गंभीर (सीरियस)
aefi-outcome-unknown = अभी पता नहीं
aefi-outcome-recovering = ठीक हो रहा है
aefi-outcome-recovered = ठीक हो गया
aefi-outcome-sequelae = ठीक, पर असर बाकी
aefi-outcome-not-recovered = ठीक नहीं हुआ
aefi-outcome-died = मृत्यु हुई

## The lists of the clinic

shell-tasks = काम
shell-sessions = सत्र
shell-cards = कार्ड
shell-reports = रिपोर्ट
shell-find = खोजना है
shell-page-before = पिछला पन्ना
shell-page-next = अगला पन्ना
today-all-tasks = सारे काम
today-call = फ़ोन करें
today-met = गृह भेंट
today-trace = बच्चे को खोजने का काम दें
today-traced = काम अब { $name } के पास है: { $child }। U से वापस लें।
today-being-traced = बच्चे की खोज जारी
today-refused = परिवार ने मना किया
today-filter-village = { $name }: { $n }
call-title = परिवार को फ़ोन
call-title-visit = गृह भेंट
call-no-phone = इस परिवार का फ़ोन नंबर नहीं है। जो घर पर मिले, वह यहाँ लिखे कि परिवार ने क्या कहा।
call-no-tracing = परिवार ने घर आने की सहमति नहीं दी है।
call-comes-on = किस दिन आएँगे
call-note = टिप्पणी
call-saved = लिख लिया: { $said }। U से हटाएँ।
call-undone = यह जवाब हटा दिया गया।
call-undo = यह जवाब हटाएँ
call-undo-hint = बटन दबाते ही लिख लिया जाता है; एक मिनट के अंदर U से हटा सकते हैं।
call-told = { $outcome }, { $day }
call-told-comes = { $day } को आएँगे
called-will-come = आएँगे
called-no-answer = फ़ोन नहीं उठाया
visited-nobody = घर पर कोई नहीं
called-moved = कहीं और चले गए
called-refused = मना किया
called-wrong-number = गलत नंबर
tasks-title = काम
tasks-one = यह काम
tasks-where = कहाँ
tasks-said = बंद करते समय क्या बताया गया
tasks-new = नया काम
tasks-open = बाकी
tasks-overdue = देर से
tasks-over = बंद
tasks-none = यहाँ कोई काम नहीं
tasks-none-next = "नया काम" से किसी कार्यकर्ता को काम दें।
tasks-none-next-worker = एडमिन काम देंगे तो यहाँ दिखेंगे।
tasks-until = { $day } तक
tasks-was-done = { $day } को हुआ
tasks-was-not = नहीं हुआ, { $day }
tasks-not-done = नहीं हुआ
tasks-why-not = क्यों नहीं?
tasks-family-said = परिवार ने क्या कहा? (खाली रह सकता है)
task-came = आकर टीके लगवाए
# The reason of a task that was taken back
task-by-mistake = भूल से दिया गया
task-undo = काम वापस लें
task-undone = काम वापस ले लिया गया।
tasks-close-now = काम बंद करें
tasks-given = काम अब { $name } के पास है। U से वापस लें।
tasks-closed = काम बंद हुआ। U से फिर खुलता है।
tasks-undo = काम फिर खोलें
tasks-reopened = काम फिर खुला है।
tasks-for = किसे दिया
tasks-no-workers = अभी कोई स्वास्थ्य कार्यकर्ता नहीं है।
tasks-no-worker = चुनें कि यह काम किसे देना है।
tasks-choose-child = नाम के नीचे बच्चे को चुनें, या वह खाना खाली करें।
tasks-no-aim = कोई बच्चा चुनें, या जगह लिखें।
tasks-child = बच्चा
tasks-child-hint = नाम, गाँव, फ़ोन या पहचान नंबर; खाली भी छोड़ सकते हैं
tasks-no-child = दूसरा
tasks-place = जगह, जब काम किसी बच्चे का न हो
tasks-due = कब तक
tasks-save = काम दें
cards-title = कार्ड
cards-find = बच्चा: नाम, गाँव, फ़ोन या पहचान नंबर
cards-all = सभी
cards-in-use = चालू
cards-free = बिना बच्चे के
cards-stopped = खोए, रोके, बदले हुए
cards-none = अभी कोई कार्ड दर्ज नहीं
cards-none-next = कार्ड बच्चे के पन्ने पर दिया जाता है: बच्चा खोलें और कार्ड रीडर पर रखें।
cards-none-admin = दर्ज करने के लिए नया कार्ड रीडर पर रखें। कार्यकर्ता उसे बच्चे के पन्ने पर बच्चे को देती है।
cards-none-found = लिखे और चुने हुए से कोई कार्ड नहीं मिला। कम अक्षर लिखें, या "सभी" चुनें।
cards-register = यह कार्ड दर्ज करें
cards-register-about = रीडर पर रखा नया कार्ड यहाँ दर्ज होता है। फिर कार्यकर्ता उसे किसी बच्चे को दे सकती है।
cards-registered = कार्ड दर्ज हुआ। अब कार्यकर्ता उसे किसी बच्चे को दे सकती है।
cards-more = { $of } में से पहले { $n }। दूसरों के लिए नाम लिखें।
cards-one = कार्ड
cards-nobodys = किसी बच्चे का नहीं
cards-do-lost = खो गया है
cards-lost-ask = { $card }: क्या यह कार्ड खो गया है?
cards-lost-yes = हाँ, खो गया है
cards-do-blocked = रोक दें
cards-do-replaced = दूसरा कार्ड इसकी जगह लेगा
cards-replace-next = फिर बच्चा खोलें और नया कार्ड रीडर पर रखें।
cards-replaced-ask = { $card }: क्या दूसरा कार्ड इसकी जगह लेगा?
cards-replaced-yes = हाँ, दूसरा इसकी जगह लेगा
cards-replaced-for-ever = बदला हुआ कार्ड फिर कभी रिकॉर्ड नहीं खोलता, और यह वापस नहीं लिया जा सकता। कुछ समय के लिए कार्ड रोकना हो तो "रोक दें" चुनें।
cards-lost-for-ever = खोया हुआ कार्ड फिर कभी रिकॉर्ड नहीं खोलता। मिल जाए, तब भी बच्चे को नया कार्ड दें।
cards-unblock = फिर चालू करें
cards-why = क्यों
cards-saved = सहेज लिया।
cards-history = इसका क्या हुआ
cards-was-registered = दर्ज किया
cards-was-assigned = बच्चे को दिया
cards-was-unblocked = फिर चालू किया
cards-was-written = फिर से लिखा गया
cards-was-changed = बदला
card-stop-lost = खोया
card-stop-blocked = रोका गया
card-stop-replaced = बदला गया
toys-more = और देखें
toys-report = पिछले { $days } दिनों में: खुराकें { $n }, नाप { $measured }, गृह भेंट { $visits }, नए बच्चे { $children }; शक वाले { $doubted }
toys-held = { $name }: { $from } से { $until } तक
toys-held-since = { $name }: { $from } से
toys-do-lost = खो गया है
toys-do-blocked = रोक दें
toys-do-blocked-about = इसका भेजा तब तक नहीं गिना जाता जब तक आप इसे वापस काम में न लें।
toys-do-retired = खराब है, या स्टॉक में वापस जाता है
toys-return = वापस आ गया, काम में ले सकते हैं
toys-stop-about = यह कार्यकर्ता के नाम से हट जाता है। इसके बाद इस पर लिखा रखा जाता है, पर गिना नहीं जाता।
toys-stopped = सहेज लिया।
toys-do-lock = ताला लगाएँ
toys-do-lock-about = टॉय पर: ताला खुलने तक कोई उसे चला नहीं सकता। उस पर लिखा बना रहता है।
toys-do-unlock = ताला खोलें
toys-do-wipe = सब मिटा दें
toys-wipe-ask = { $toy } पर से सब मिटा दें?
toys-wipe-about = टॉय पर जो है वह मिट जाएगा: बच्चों की सूची, और खुराकें, जब वे यहाँ पहुँच चुकी हों। टॉय संपर्क में हो तो तुरंत मिटता है, नहीं तो अगले संपर्क पर। वापस नहीं लिया जा सकता।
toys-wipe-yes = हाँ, सब मिटा दें
toys-order-about = ताला लगाना और मिटाना टॉय के अगले संपर्क पर होता है। मिटाने से पहले टॉय अपने पास लिखा सब सौंप देता है।
toys-ordered = सहेज लिया। टॉय को अगले संपर्क पर बताया जाएगा।
toys-order-asked = { $name } ने { $day }, { $time } को कहा
toys-order-open = टॉय ने अभी पुष्टि नहीं की है: यह अगले संपर्क पर होगा।
toys-order-confirmed = टॉय ने { $day }, { $time } को पुष्टि की
toy-order-lock-waits = ताला लगना है
toy-order-lock-done = ताला लगा है
toy-order-unlock-waits = ताला खुलना है
toy-order-unlock-done = ताला खुला
toy-order-wipe-waits = मिटाया जाना है
toy-order-wipe-done = मिटाया गया
toys-was-ordered-lock = ताला लगाने को कहा
toys-was-ordered-unlock = ताला खोलने को कहा
toys-was-ordered-wipe = मिटाने को कहा
toys-was-obeyed-lock = टॉय की पुष्टि: ताला लगा
toys-was-obeyed-unlock = टॉय की पुष्टि: ताला खुला
toys-was-obeyed-wipe = टॉय की पुष्टि: सब मिटाया गया
toys-alerts = चेतावनियाँ
toys-alerts-title = ध्यान दें: { $n }
toys-alert-new = नया
toys-alert-open = खुला
toys-alert-over = हो चुका
toys-alert-seen = मैंने देख लिया
toys-alert-seen-by = { $name } ने देखा
toys-alert-since = { $day }, { $time } से
toys-alert-until = { $day }, { $time } से ठीक
toys-label-name = { $label } ({ $name })
toy-alert-offline = { $toy } से एक कार्यदिवस से ज़्यादा समय से संपर्क नहीं हुआ।
toy-alert-low-battery = { $toy } की बैटरी कम है।
toy-alert-left-fence = { $toy } अपने इलाके से बाहर है: { $detail }
toy-alert-failing = { $toy } काम नहीं कर रहा: { $fault }
toy-alert-wrong-clock = { $toy } की घड़ी गलत है। उसकी खुराकों की तारीखें देखनी होंगी।
toy-alert-unknown = पास में एक टॉय है जो यहाँ दर्ज नहीं: { $detail } ({ $toy })
toy-alert-lost-is-here = { $toy } खोया बताया गया है, पर अभी इसी कंप्यूटर के पास है: यहीं खोजें।
toy-alert-lost-was-here = { $toy } खोया बताया गया है, पर इसी कंप्यूटर के पास था: यहीं खोजें।
toy-alert-likely-to-fail = { $toy } दो हफ़्तों में खराब हो सकता है: { $detail }
toy-alert-too-much = { $toy } ने एक दिन में इतना बताया जितना कोई व्यक्ति नहीं बताता। बाकी कल तक उसी पर रुका है: देखें कि उसे कौन चला रहा है।
toy-alert-low-storage = { $toy } की मेमोरी लगभग भर गई है। उसे केंद्र के संपर्क में लाएँ, ताकि वह अपने रिकॉर्ड दे सके।
toy-alert-broken = { $toy } कहता है कि उसका एक हिस्सा खराब है: { $detail }
toy-alert-left-out = { $toy } की सूची बहुत लंबी है: { $detail } टिप्पणियाँ, कार्ड, काम या बच्चे उस पर नहीं हैं।
toy-part-sensor = सेंसर
toy-part-storage = मेमोरी
toy-part-battery = बैटरी
toy-part-radio = रेडियो
toy-part-number = हिस्सा { $number }
toy-sign-battery = एक चार्ज { $now } घंटे चलता है, पहले { $before }
toy-sign-restarts = एक हफ़्ते में { $now } बार फिर चालू हुआ, पहले { $before }
toy-sign-faults = एक हफ़्ते में { $now } बार काम नहीं किया, पहले { $before }
toy-sign-contacts = एक हफ़्ते में { $now } बार संपर्क टूटा, पहले { $before }
toy-fault-wrong-key = उसकी जगह कोई दूसरा यंत्र जवाब देता है
toy-fault-forgotten = उसे यह केंद्र याद नहीं, उसे फिर दर्ज करना होगा
toy-fault-version = उसका सॉफ़्टवेयर इस प्रोग्राम के संस्करण से मेल नहीं खाता
toy-fault-bad-sequence = वह रिकॉर्ड क्रम से नहीं भेजता
toy-fault-bad-signature = वह ऐसे रिकॉर्ड भेजता है जिन पर उसके हस्ताक्षर नहीं
toy-fault-misbehaves = वह ऐसी बातें भेजता है जो समझ में नहीं आतीं
toy-fault-floods = वह जितना चाहिए उससे ज़्यादा भेजता है
toy-fault-replays = वह वही रिकॉर्ड बार-बार भेजता है
toy-fault-refuses = वह इस केंद्र के साथ काम करने से मना करता है
toy-fault-anothers = वह कहता है कि वह किसी और कंप्यूटर का है: इसका जोड़ने वाला बटन दबाए रखें और इसे फिर दर्ज करें
toy-fault-not-stored = वह जो भेजता है वह यहाँ सहेजा नहीं जा सकता
toys-ring = टॉय से आवाज़ करवाएँ
toys-ring-away = संपर्क होने पर ही टॉय से आवाज़ होगी।
toys-outlook = दो हफ़्तों में खराब हो सकता है
toys-outlook-why = कारण: { $detail }। दूसरा टॉय तैयार रखें; जो इस पर है, वह हर संपर्क में सौंप दिया जाता है।
toys-course = पिछले दिनों में
toys-course-none = इसके बारे में अभी कुछ पता नहीं।
toys-course-cut = इतना अधिक है कि यह पन्ना पूरा नहीं दिखाता। एडमिन सब कुछ फ़ाइल में निकाल सकते हैं।
toys-heard = आखिरी संपर्क: { $day }, { $time }
toys-firmware = सॉफ़्टवेयर: { $version }
toys-settings-taken = केंद्र की सेटिंग मानता है, { $day }, { $time } से
toys-settings-wait = केंद्र की सेटिंग अभी नहीं मानी: अगले संपर्क पर मानेगा
toys-map = नक्शा
toys-map-about = उत्तर ऊपर है। नंबर सूची का है: टॉय पिछली बार यहाँ था, घेरे के अंदर कहीं।
toys-map-none = किसी टॉय ने अपनी जगह नहीं बताई, और अभी कोई इलाका नहीं है।
toys-map-when = { $day }, { $time } बजे
toys-map-not-told = इसने अपनी जगह नहीं बताई।
toys-map-track = आज का रास्ता
toys-map-places = { $n ->
    [one] आज { $n } जगह
   *[other] आज { $n } जगहें
}
toys-map-metres = { $n } मी
toys-map-km = { $n } किमी
toys-place = आखिरी जगह: { $latitude }, { $longitude }, { $metres } मी के भीतर · { $day }, { $time }
toys-battery-chart = बैटरी: ऊपर पूरी, नीचे खाली; लाल रेखा के नीचे कम
toy-happened-online = संपर्क में
toy-happened-offline = संपर्क से बाहर
toy-happened-failing = काम नहीं कर रहा: { $detail }
toy-happened-restarted = फिर चालू हुआ: { $detail } बार
toy-happened-firmware = सॉफ़्टवेयर { $detail }
toy-happened-left = बाहर गया: { $detail }
toy-happened-entered = वापस आया: { $detail }
toy-happened-settings = सेटिंग मान ली
toy-happened-asleep = { $detail } तक सोया
toy-happened-broken = बताया कि यह खराब है: { $detail }
toy-happened-mended = बताया कि अब कुछ खराब नहीं
fences-title = इलाके
fences-about = कोई टॉय अपनी कार्यकर्ता के इलाकों से बाहर जाए तो यहाँ बताया जाता है। इलाका न हो तो वह कहीं भी रह सकता है; कई हों तो किसी में भी।
fences-none = अभी कोई इलाका नहीं है।
fences-new = नया इलाका
fences-name = नाम
fences-places = जगहें
fences-places-hint = अक्षांश, देशांतर, जैसे 28.6139, 77.2090। घेरे के लिए एक जगह; कोनों वाले इलाके के लिए तीन या ज़्यादा, हर एक के बाद यह चिह्न: ;
fences-places-wrong = यह 28.6139, 77.2090 जैसी जगह नहीं है।
fences-radius = घेरा कितने मीटर का
fences-everybody = सभी टॉय
fences-of-village = किसी गाँव के बच्चों वाली कार्यकर्ताएँ
fences-whose-village = { $village } के बच्चों वाली कार्यकर्ताएँ
fences-circle = { $metres } मी का घेरा
fences-field = { $n } कोनों का इलाका
fences-save = इलाका सहेजें
fences-saved = सहेज लिया। अब से लागू।
fences-removed = इलाका हटाया गया। U से वापस लाएँ।
fences-undo = इलाका वापस लाएँ
fences-put-back = इलाका फिर से है।
fences-remove = हटाएँ
toys-was-registered = दर्ज किया
toys-was-given = कार्यकर्ता को दिया
toys-was-given-name = { $name } को दिया
toys-was-taken-back = वापस लिया
toys-was-taken-back-name = { $name } से वापस लिया
toys-was-returned = फिर काम में
toy-stop-lost = खोया
toy-stop-blocked = रोका गया
toy-stop-retired = काम से बाहर
find-title = जिन बच्चों को खोजना है
find-none = अभी किसी को खोजना नहीं है
find-none-next = सूची अगले सत्र के लिए बनती है, उन बच्चों की जिनके परिवार ने सहमति दी है।
find-until = बच्चे: { $n }। यह सूची { $day } तक काम की है।
find-born = जन्म { $month } { $year }
find-letter = नाम का पहला अक्षर { $letter }
find-due = टीका लगना है
find-overdue = टीके में देर हो गई है
find-told = परिवार को बताया
find-not-home = घर पर कोई नहीं
find-does-not-want = मना किया
find-saved = लिख लिया गया। U से हटाएँ।
sessions-title = सत्र
sessions-doses-of = { $product }: { $n }
sessions-plan = सत्र की योजना
sessions-none = किसी सत्र की योजना नहीं है
sessions-none-next = सत्र की योजना एडमिन से बनती है। खुराक लिखने पर केंद्र का सत्र अपने आप खुल जाता है।
sessions-none-plan = "सत्र की योजना" से योजना बनाएँ। खुराक लिखने पर केंद्र का सत्र अपने आप खुल जाता है।
sessions-all-villages = सभी गाँव
sessions-one = सत्र
sessions-by = टीकाकर्मी: { $name }
sessions-hold = सत्र हो रहा है
sessions-hold-title = क्या सत्र हो रहा है?
sessions-hold-about = एक बार लिखने के बाद वापस नहीं लिया जा सकता।
sessions-not-held = सत्र नहीं हुआ
sessions-not-held-about = यह वापस नहीं लिया जा सकता। दूसरे दिन के लिए नए सत्र की योजना बनाएँ।
sessions-cancel = सत्र रद्द करें
sessions-expected = आने वाले बच्चे: { $n }
sessions-given = दी गई खुराकें: { $n }, बच्चे: { $children }
sessions-held = हुआ · खुराकें: { $n }
sessions-was-not-held = नहीं हुआ
sessions-unanswered = क्या यह सत्र हुआ?
sessions-today = आज
sessions-planned = तय है
sessions-saved = सहेज लिया।
sheet-open = काग़ज़ से भरें
sheet-title = काग़ज़ देखकर सत्र भरें
sheet-about = पहले तारीख, गाँव और बैच भरें, फिर एक-एक बच्चे के टीके। माउस की ज़रूरत नहीं।
sheet-on-hint = काग़ज़ पर लिखी तारीख, जैसे 21/11/2026
sheet-no-day = काग़ज़ पर जो तारीख है वह लिखें।
sheet-forgotten = कुछ दिन पहले यहाँ { $day } का काग़ज़ शुरू हुआ था। उसके बैच अब नहीं दिखाए जाते।
sheet-village = गाँव (खाली भी छोड़ सकते हैं)
sheet-village-hint = इस गाँव के बच्चे पहले दिखते हैं
sheet-finish = पूरा हुआ
sheet-finished = सब भर लिया। { $counts }
sheet-born = जन्म { $day }
sheet-due = टीका लगना था
sheet-batches = उस दिन के बैच
sheet-batches-about = जैसे काग़ज़ पर लिखे हैं। जो पता नहीं वह खाली रहे।
sheet-begin = आगे: बच्चे
sheet-of-day = { $day } का काग़ज़
sheet-to-head = तारीख, गाँव और बैच बदलें
sheet-child = बच्चा
sheet-child-hint = नाम, माँ, गाँव, फ़ोन या पहचान नंबर; Enter चुने हुए को लेता है
sheet-nobody = कोई नहीं मिला। नया बच्चा पहले दर्ज होता है (Alt 3); तारीख और बैच यहीं रहते हैं।
sheet-nothing-due = उस दिन कुछ नहीं लगना था। M से सब टीके दिखते हैं।
sheet-save = इस बच्चे के टीके सहेजें
sheet-another = दूसरा बच्चा
sheet-keys = Tab से अगला, Space से निशान
sheet-product = { $product } · बैच { $batch }
sheet-with = { $dose } के साथ
sheet-other-product = दूसरा टीका
sheet-fits = उस दिन लग सकता था
sheet-saved = { $name }: { $n ->
    [one] { $n } टीका सहेजा गया।
   *[other] { $n } टीके सहेजे गए।
}
sheet-entered = दर्ज हुए
sheet-counts = बच्चे: { $children }, टीके: { $doses }
sheet-take-back = पिछली बार का सहेजा हटाएँ
sheet-taken-back = हटाया गया: { $name }
sessions-on = दिन
sessions-site = जगह
sessions-villages = गाँव
sessions-villages-hint = बीच में कॉमा लगाएँ; खाली छोड़ें तो सभी गाँव
sessions-worker = टीकाकर्मी
sessions-save = योजना सहेजें
session-kind-fixed = केंद्र पर
session-kind-outreach = गाँव में
session-kind-mobile = मोबाइल टीम
stock-title = वैक्सीन स्टॉक
stock-none = स्टॉक में कोई बैच नहीं
stock-none-next = "नया बैच लिखें" से लिखें कि क्या आया।
stock-none-others = जो आता है उसे कार्यकर्ता या एडमिन लिखते हैं; फिर वह यहाँ दिखता है।
stock-receive = नया बैच लिखें
stock-vials = { $vials ->
    [one] { $doses } खुराक वाली { $vials } शीशी
   *[other] { $doses } खुराक वाली { $vials } शीशियाँ
}
stock-expires = { $day } तक
stock-expires-soon = केवल { $day } तक
stock-expired = { $day } को समाप्त: काम में न लें
stock-empty = कुछ नहीं बचा
stock-use-first = पहले इसे काम में लें
stock-open = शीशी खोलें
stock-change = नुकसान या गिनती
stock-open-vials = खुली शीशियाँ
stock-no-open = कोई शीशी खुली नहीं है।
stock-opened = { $time } को खुली
stock-until = { $time } तक काम में लें
stock-usable = काम में ले सकते हैं
stock-throw-away = फेंक दें: काम में न लें
stock-close = खाली हुई या फेंकी
stock-wasted = उसमें बची और बेकार हुई खुराकें
stock-counted-hint = सूची से कितनी ज़्यादा; कम हों तो पहले - लिखें
stock-date-hint = दिन, महीना, साल
stock-save = सहेजें
stock-saved = सहेज लिया।
stock-returned = वापस किया
stock-vvm = वीवीएम खराब
stock-broken = टूटी
stock-frozen = जम गई
stock-counted = गिनती
stock-other = अन्य
stock-wastage = वेस्टेज
stock-no-wastage = कुछ खोला नहीं गया।
stock-wastage-line = { $used } में से { $given } दीं
stock-wastage-no-vial = { $given } खुराकें दीं, कोई खुली शीशी नहीं लिखी गई
certificates-title = प्रमाण पत्र
certificates-count = { $n } प्रमाण पत्र
certificates-search = खोजें: नाम, माता-पिता, गाँव, पहचान नंबर या प्रमाण पत्र नंबर
certificates-column-family = माता और गाँव
certificates-column-issued = जारी की तारीख
certificates-first = पहली प्रति
certificates-issue = फिर जारी ({ $n })
certificates-again = फिर छापें
certificates-none = कोई प्रमाण पत्र नहीं
certificates-none-next = प्रमाण पत्र बच्चे के पन्ने पर C बटन से जारी होता है।
certificates-no-time = पहला दिन ज़रूरी है, और आखिरी दिन उससे पहले का न हो।
certificates-not-found-next = कम अक्षर लिखें, या दूसरा समय चुनें।
reports-title = रिपोर्ट, { $month }
reports-before = पिछला महीना
reports-next = अगला महीना
reports-earlier = पहले
reports-later = बाद में
reports-choose = समय, कार्यकर्ता, गाँव
reports-month = महीना
reports-quarter = तिमाही
reports-year = साल, अप्रैल से मार्च
reports-days = तारीख से तारीख तक
reports-from = किस तारीख से
reports-until = किस तारीख तक
reports-show = गिनें
reports-no-time = पहला दिन आखिरी दिन के बाद का है। दोनों में से एक दिन बदलें।
reports-everything = सबके
reports-only = केवल: { $only }
reports-of-worker = { $name } के बच्चे
reports-in-village = गाँव { $name }
reports-no-village = यहाँ दर्ज कोई बच्चा ऐसे नाम के गाँव में नहीं रहता। बच्चों की सूची में देखें कि नाम कैसे लिखा है।
reports-counted = { $n ->
    [0] यहाँ कोई खुराक नहीं दी गई
    [one] यहाँ दी गई { $n } खुराक
   *[other] यहाँ दी गई { $n } खुराकें
} (कहीं और दी गई { $outside } इसमें नहीं)
reports-not-recorded = यहाँ नहीं लिखा जाता
reports-of = { $of } में से { $n }
reports-cohort = 12 से 23 महीने के बच्चे
reports-cohort-about = इस अवधि के अंत में यहाँ दर्ज बच्चे: { $n }
reports-coverage = टीके के अनुसार कवरेज
reports-coverage-months = यहाँ दर्ज { $from } से { $until } महीने के बच्चे
reports-coverage-years = यहाँ दर्ज { $n } साल के बच्चे
reports-coverage-none = इनकी उम्र का कोई बच्चा यहाँ नहीं, या ये यहाँ नहीं दी जातीं: { $doses }
reports-fully = पूर्ण टीकाकृत, मूल टीके
reports-fully-extended = पूर्ण, सभी टीकों के साथ
reports-completely = 2 साल पर संपूर्ण टीकाकरण
reports-reached = इस अवधि में यहाँ टीका लगने से पूरे हुए
reports-zero-dose = ज़ीरो डोज़ (पेंटा या डीपीटी नहीं)
reports-left-out = लेफ्ट आउट (जन्म के बाद कोई टीका नहीं)
reports-dropped-out = ड्रॉप आउट (बीच में छोड़ा)
reports-drop-out = ड्रॉप आउट
reports-by-month = खुराकों के हिसाब से
reports-by-cohort = बच्चों के हिसाब से
reports-late-by-village = जिनके टीके में देर है, गाँव के अनुसार
reports-by-vaccine = यहाँ दी गई खुराकें, टीके के अनुसार
reports-went-on = शुरू करने वालों में से आगे बढ़े
reports-no-rate = शुरू नहीं हुआ
reports-percent = { $n } %
reports-checks = क्या अंक सही हो सकते हैं?
reports-holds = ठीक
reports-look = देख लें
drop-out-penta1-penta3 = पेंटावेलेंट 1 से 3
drop-out-penta1-mr1 = पेंटावेलेंट 1 से एमआर 1
drop-out-bcg-mr1 = बीसीजी से एमआर 1
check-fully-mr1 = पूर्ण टीकाकृत { $n }, 12 महीने से पहले एमआर 1 { $most }
check-aefi-doses = एईएफआई { $n }, खुराकें { $most }
check-held-planned = हुए सत्र { $n }, योजना में { $most }
hmis-vitk = विटामिन K, जन्म के समय
hmis-bcg = बीसीजी
hmis-penta-1 = पेंटावेलेंट 1
hmis-penta-2 = पेंटावेलेंट 2
hmis-penta-3 = पेंटावेलेंट 3
hmis-opv-0 = ओपीवी जन्म खुराक
hmis-opv-1 = ओपीवी 1
hmis-opv-2 = ओपीवी 2
hmis-opv-3 = ओपीवी 3
hmis-hepb-0 = हेपेटाइटिस बी जन्म खुराक
hmis-ipv-1 = आईपीवी 1
hmis-ipv-2 = आईपीवी 2
hmis-rota-1 = रोटावायरस 1
hmis-rota-2 = रोटावायरस 2
hmis-rota-3 = रोटावायरस 3
hmis-pcv-1 = पीसीवी 1
hmis-pcv-2 = पीसीवी 2
hmis-ipv-3 = आईपीवी 3, 9 से 11 महीने
hmis-mr-1 = एमआर 1, 9 से 11 महीने
hmis-je-1 = जेई 1, 9 से 11 महीने
hmis-pcv-b = पीसीवी बूस्टर
hmis-fully-male = पूर्ण टीकाकृत, लड़के
hmis-fully-female = पूर्ण टीकाकृत, लड़कियाँ
hmis-mr-1-late = एमआर 1, 12 महीने की उम्र के बाद
hmis-je-1-late = जेई 1, 12 महीने की उम्र के बाद
hmis-dpt-1-late = डीपीटी 1, 12 महीने की उम्र के बाद
hmis-dpt-2-late = डीपीटी 2, 12 महीने की उम्र के बाद
hmis-dpt-3-late = डीपीटी 3, 12 महीने की उम्र के बाद
hmis-dpt-b1-late = डीपीटी बूस्टर, 24 महीने की उम्र के बाद
hmis-opv-b-late = ओपीवी बूस्टर, 24 महीने की उम्र के बाद
hmis-je-2-late = जेई 2, 24 महीने की उम्र के बाद
hmis-mr-2 = एमआर 2, 16 से 24 महीने
hmis-dpt-b1 = डीपीटी बूस्टर 1
hmis-opv-b = ओपीवी बूस्टर
hmis-je-2 = जेई 2
hmis-typhoid = टाइफाइड
hmis-dpt-b2 = डीपीटी बूस्टर 2
hmis-td-10 = टीडी 10 साल पर
hmis-td-16 = टीडी 16 साल पर
hmis-aefi-minor = एईएफआई, मामूली (माइनर)
hmis-aefi-severe = एईएफआई, तीव्र (सीवियर)
hmis-aefi-serious = एईएफआई, गंभीर (सीरियस)
hmis-aefi-deaths = इनमें मृत्यु
hmis-sessions-planned = सत्र, योजना में
hmis-sessions-held = सत्र, हुए
hmis-vita-1 = विटामिन ए, खुराक 1
hmis-vita-5 = विटामिन ए, खुराक 5
hmis-vita-9 = विटामिन ए, खुराक 9
shell-alerts = छूटी खुराक की चेतावनी
today-alerts = छूटी खुराकें: { $n }
alerts-title = छूटी खुराक की चेतावनियाँ
alerts-open = खुली: बच्चे { $children }, खुराकें { $n }
alerts-closed = हाल में बंद
alerts-none = यहाँ कोई चेतावनी नहीं
alerts-none-next = खुराक में देर होने पर चेतावनी खुलती है, और खुराक लगने पर अपने आप बंद हो जाती है।
alerts-due = { $day } से लगनी है
alerts-closed-on = { $day } को बंद
alert-closed-given = लग गई
alert-closed-contra-indicated = नहीं देनी है
alert-closed-gone = बच्चा यहाँ नहीं

# बच्चे का पन्ना: सुधार, कहीं और दी गई, मना
refusal-contra-indicated = लिखा है कि यह टीका इस बच्चे को नहीं देना है (डॉक्टर की मनाही)। कारण लिखने पर ही सहेजा जाएगा।
visit-warning-expired = उस दिन इस बैच की तारीख निकल चुकी थी।
visit-warning-harmful = लिखा है कि यह टीका इस बच्चे को नहीं देना है (डॉक्टर की मनाही)।
visit-undo = { $n ->
    [one] दर्ज की हुई 1 खुराक हटाएँ
   *[other] दर्ज की हुई { $n } खुराकें हटाएँ
}
visit-undone = { $n ->
    [one] 1 खुराक हटाई गई।
   *[other] { $n } खुराकें हटाई गईं।
}
visit-elsewhere = कहीं और दी गई
visit-here = यहाँ दी गई
visit-elsewhere-when = जिस दिन टीके लगे वह तारीख भरें: उस दिन के टीके तब यहाँ दिखेंगे।
visit-elsewhere-proof = प्रमाण में क्या देखा?
visit-elsewhere-hint = जैसे: काग़ज़ का कार्ड, अस्पताल की छुट्टी पर्ची। फिर उस पर लिखी तारीख भरें।
visit-save-elsewhere = { $n ->
    [one] कहीं और दी गई 1 खुराक सहेजें
   *[other] कहीं और दी गई { $n } खुराकें सहेजें
}
visit-refused-on = { $day } को मना किया
visit-growth = वृद्धि और आहार
visit-plan = उम्र के अनुसार सभी टीके
plan-title = योजना की सभी खुराकें, टीके और उम्र के अनुसार
plan-title-ages = योजना की सभी खुराकें, उम्र के अनुसार
plan-ages-before = पहले की उम्र
plan-ages-after = बाद की उम्र
plan-vaccines = दूसरे टीके
plan-at-birth = जन्म के समय
plan-given = { $day } को दी गई
plan-due = { $day } से देय
plan-late = देर, { $day } को देय थी
plan-upcoming = { $day } से
plan-later = बाद में
plan-missed = अंतिम दिन बीत गया
plan-contra-indicated = नहीं देनी है
plan-not-needed = आवश्यक नहीं
visit-decline = परिवार या डॉक्टर की मनाही
visit-aefi = तकलीफ़ (एईएफआई)
past-put-right-hint = खुराक को दबाकर उसे सुधारें या हटाएँ।
past-valid-from = { $day } से मान्य होती।
past-outside = कहीं और दी गई, देखा: { $proof }
past-session = { $site } के सत्र में
past-taken-back = गलत लिखी गई
past-withdrawn = हटाई गई: किसी ने नहीं दी।
past-corrected = सुधार: { $dose }, { $day }, बैच { $batch }।
past-undone = सहेजते ही हटाई गई
past-said = { $name }, { $day }: { $reason }
past-again = फिर से दर्ज हुई और मानी जाती है।
put-right-title = सुधारें: { $dose }, { $day }
put-right-about = कुछ मिटता नहीं: पहले क्या लिखा था और आपका कारण, दोनों इतिहास में दिखते हैं।
put-right-other-vaccine = दूसरा टीका चुनें
put-right-reason = क्यों बदल रहे हैं?
put-right-reason-hint = जैसे: तारीख गलत भरी, दूसरे बच्चे की खुराक।
put-right-correct = खुराक सुधारें
put-right-correct-anyway = फिर भी सुधारें
put-right-withdraw = किसी ने नहीं दी: हटाएँ
put-right-warned = फिर भी ऐसा ही है तो एक बार और दबाएँ।
put-right-corrected = खुराक सुधारी गई।
put-right-withdrawn = खुराक हटाई गई।
decline-title = परिवार ने मना किया, या डॉक्टर की मनाही
decline-held = अभी लिखा है
decline-what = कौन सा टीका?
decline-due = आज की सूची में
decline-not-due = आज की सूची में नहीं
decline-all-due = आज के सभी ({ $n })
decline-missing-vaccine = पहले टीका चुनें।
decline-missing-until = आखिरी दिन पढ़ा नहीं जा सका।
decline-missing-reason = यह लिखना बाकी है: क्या कहा या क्या मिला।
decline-live = सभी जीवित टीके
decline-until = कब तक?
decline-until-hint = आखिरी दिन। खाली: हमेशा के लिए।
decline-reason = क्या कहा या क्या मिला?
decline-reason-hint = जैसे: परिवार बुखार से डरता है, पहली खुराक के बाद तेज़ एलर्जी।
decline-save = सहेजें
decline-lift = अब नहीं
decline-saved = सहेज लिया।
decline-lifted = अब लागू नहीं है।
decline-told = { $reason } ({ $name }, { $day })
decline-line-refused = { $dose }: मना किया
decline-line-harm = { $dose }: नहीं देना (डॉक्टर की मनाही)
decline-line-harm-until = { $dose }: { $day } तक नहीं देना (डॉक्टर की मनाही)
declined-refused = परिवार मना करता है
declined-refused-about = सूची में निशान के साथ रहेगा, कभी भी दिया जा सकता है।
declined-contra-indicated = टीका नहीं देना (डॉक्टर की मनाही)
declined-contra-indicated-about = आखिरी दिन तक या हमेशा के लिए सूची से हटेगा।
milestone-fully = पूर्ण टीकाकरण { $day } को
milestone-completely = संपूर्ण टीकाकरण { $day } को
milestone-zero-dose = ज़ीरो डोज़: अब तक पेंटा या डीपीटी नहीं
milestone-missed = 1 साल तक पूर्ण टीकाकरण नहीं हुआ
milestone-open = पूर्ण टीकाकरण अधूरा
milestone-missing = बाकी: { $doses }

# वृद्धि
growth-title = तौलें और नापें
growth-weight = वज़न, किलो
growth-length = लंबाई, सेमी
growth-height = लंबाई, सेमी
growth-muac = बाँह (एमयूएसी), सेमी
growth-lying = लिटाकर
growth-standing = खड़ा करके
growth-oedema = दोनों पैरों में सूजन
growth-breastfed = माँ का दूध?
growth-yes = हाँ
growth-no = नहीं
growth-on = नापने का दिन
growth-unreadable = 7.35 जैसा अंक लिखें
growth-save = सहेजें
growth-undo = यह नाप हटाएँ
growth-saved = नाप सहेज ली।
growth-of-saved = सहेज लिया: { $figures }
growth-withdrawn = नाप हटाई गई।
growth-chart-weight = उम्र के अनुसार वज़न
growth-chart-height = उम्र के अनुसार लंबाई
growth-chart-thin = लंबाई के अनुसार वज़न
growth-diet = आहार योजना
growth-list = सब नाप
growth-no-chart = चार्ट नहीं है।
growth-no-chart-next = डब्ल्यूएचओ की रेखाएँ लड़की और लड़के के लिए हैं, 10 या 19 साल तक।
growth-lines-about = 0 = स्वस्थ बच्चों का औसत; -2 एसडी से नीचे कम, -3 एसडी से नीचे बहुत कम
growth-axis-months = उम्र, महीने
growth-axis-kg = किलो
growth-axis-cm = सेमी
growth-none = अभी कुछ नहीं नापा गया।
growth-none-next = बाईं ओर वज़न, लंबाई और बाँह की नाप लिखें।
growth-take-back = नाप हटाएँ
growth-take-back-why = क्या गलत है?
growth-taken-back = { $figures }, हटाई गई: { $reason }
growth-found = { $of }: { $class }
growth-impossible = { $of }: लगभग असंभव, फिर नापें
growth-sure = क्या यह सही है: { $figures }? फिर नापें। सही हो तो सहेजने के लिए Enter फिर दबाएँ।
growth-found-z = { $of }: { $class } ({ $z } एसडी)
growth-of-wasting = दुबलापन
growth-of-weight = वज़न
growth-of-length = लंबाई
growth-of-arm = बाँह
growth-of-head = सिर
growth-of-overweight = ज़्यादा वज़न
growth-kg = { $n } किलो
growth-cm-lying = { $n } सेमी लिटाकर
growth-cm-standing = { $n } सेमी खड़ा करके
growth-cm-muac = बाँह { $n } सेमी
growth-oedema-found = दोनों पैरों में सूजन
growth-diet-too-old = इस उम्र के लिए आहार योजना नहीं है।
growth-diet-food-unknown = परिवार क्या खाता है, यह नहीं पूछा गया, इसलिए ये वे चीज़ें हैं जो सब खाते हैं। इसे “परिवार और इतिहास” में लिखें।
growth-diet-region-unknown = एडमिन सेटिंग में क्षेत्र चुन ले तो क्षेत्र के भोजन दिखेंगे।
growth-diet-breastfed-assumed = किसी ने नहीं बताया कि बच्चा माँ का दूध पीता है या नहीं: हाँ माना गया।
grown-normal = ठीक
grown-none = नहीं
grown-underweight = कम
grown-severely-underweight = बहुत कम
grown-stunted = कम
grown-severely-stunted = बहुत कम
grown-mam = मध्यम (मैम)
grown-sam = गंभीर (सैम)
grown-overweight = है
grown-obese = बहुत ज़्यादा (मोटापा)
grown-thin = दुबला
grown-severely-thin = बहुत दुबला

# टीके के बाद तकलीफ़
aefi-title = टीके के बाद की तकलीफ़ें (एईएफआई)
aefi-form-title = टीके के बाद तकलीफ़ की रिपोर्ट
aefi-none = कोई तकलीफ़ दर्ज नहीं है।
aefi-none-next = 102 °F से ज़्यादा बुखार, बड़ी सूजन या डॉक्टर की ज़रूरत पड़ी हो तो दर्ज करें।
aefi-none-worker = बच्चे की स्वास्थ्य कार्यकर्ता इसकी रिपोर्ट लिखती है।
aefi-none-doses = इस बच्चे की कोई खुराक अभी लिखी नहीं है: पहले उसे लिखें।
aefi-new = नई रिपोर्ट
aefi-open = खोलें
aefi-save = रिपोर्ट सहेजें
aefi-missing-class = पहले चुनें: तकलीफ़ कितनी बड़ी थी।
aefi-missing-onset = यह लिखना बाकी है: पहले लक्षण की तारीख।
aefi-missing-outcome = यह चुनना बाकी है: बच्चा कैसा है।
aefi-missing-readable = कोई तारीख या समय पढ़ा नहीं जा सका।
aefi-saved = रिपोर्ट सहेज ली। तीव्र या गंभीर हो तो चिकित्सा अधिकारी को तुरंत बताएँ।
aefi-withdraw = इस बच्चे की नहीं
aefi-withdraw-about = रिपोर्ट सभी सूचियों और गिनती से हट जाएगी। इतिहास में वह और आपका कारण लिखा रहेगा।
aefi-withdraw-yes = रिपोर्ट हटाएँ
aefi-withdrawn = रिपोर्ट हटाई गई।
aefi-class-minor-about = बुखार, दर्द, दाने
aefi-class-severe-about = इलाज हुआ, अस्पताल में भर्ती नहीं
aefi-class-serious-about = भर्ती, मृत्यु, अपंगता, कई बच्चे, लोगों में चिंता
aefi-outcome = बच्चा कैसा है?
aefi-doses = इससे पहले कौन सी खुराकें दी गईं?
aefi-dose-time = कितने बजे दी
aefi-diluent = डाइल्यूएंट का बैच
aefi-time-unreadable = 14:30 जैसा समय लिखें
aefi-onset = पहला लक्षण
aefi-onset-time = समय
aefi-description = क्या हुआ?
aefi-hospital = अस्पताल, अगर भर्ती रहा
aefi-admitted = भर्ती का दिन
aefi-died = मृत्यु का दिन
aefi-past = पहले की खुराकों पर तकलीफ़
aefi-told-by = किसने बताया?
aefi-case-id = ज़िले का केस नंबर
aefi-cluster = उसी सत्र या बैच के और बच्चे बीमार हैं
aefi-from-records = रिकॉर्ड से
aefi-batch = बैच { $batch }
aefi-expires = एक्सपायरी { $day }
aefi-dose-taken-back = बाद में सुधारी या हटाई गई
aefi-crf-due = रिपोर्ट फ़ॉर्म { $day } तक ज़िले में पहुँचे
aefi-cif-due = जाँच { $day } तक पूरी हो
paper-reissue = इस बच्चे का प्रमाण पत्र, प्रति { $n }। पहली प्रति { $day } को जारी हुई।
