"""What is known beforehand of each language: its script, its letters beyond the plain ones, its commonest words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Script -> code points from, to, and the languages written in it. Latin is the rest.
SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("Greek", 0x370, 0x3FF),
    ("Cyrillic", 0x400, 0x52F),
    ("Armenian", 0x531, 0x58F),
    ("Hebrew", 0x590, 0x5FF),
    ("Arabic", 0x600, 0x6FF),
    ("Arabic", 0x750, 0x77F),
    ("Arabic", 0xFB50, 0xFEFC),
    ("Devanagari", 0x900, 0x97F),
    ("Bengali", 0x980, 0x9FF),
    ("Gurmukhi", 0xA00, 0xA7F),
    ("Gujarati", 0xA80, 0xAFF),
    ("Tamil", 0xB80, 0xBFF),
    ("Telugu", 0xC00, 0xC7F),
    ("Kannada", 0xC80, 0xCFF),
    ("Malayalam", 0xD00, 0xD7F),
    ("Sinhala", 0xD80, 0xDFF),
    ("Thai", 0xE00, 0xE7F),
    ("Lao", 0xE80, 0xEFF),
    ("Georgian", 0x10A0, 0x10FF),
    ("Hangul", 0x1100, 0x11FF),
    ("Ethiopic", 0x1200, 0x137F),
    ("Khmer", 0x1780, 0x17FF),
    ("Kana", 0x3041, 0x30FF),
    ("Han", 0x3400, 0x9FFF),
    ("Hangul", 0xAC00, 0xD7AF),
)
WRITTEN_IN: Mapping[str, tuple[str, ...]] = {
    "Greek": ("el",),
    "Cyrillic": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"),
    "Armenian": ("hy",),
    "Hebrew": ("he", "yi"),
    "Arabic": ("ar", "fa", "ur", "ps", "ckb", "ug", "sd"),
    "Devanagari": ("hi", "ne", "mr"),
    "Bengali": ("bn", "as"),
    "Gurmukhi": ("pa",),
    "Gujarati": ("gu",),
    "Tamil": ("ta",),
    "Telugu": ("te",),
    "Kannada": ("kn",),
    "Malayalam": ("ml",),
    "Sinhala": ("si",),
    "Thai": ("th",),
    "Lao": ("lo",),
    "Georgian": ("ka",),
    "Hangul": ("ko",),
    "Ethiopic": ("am", "ti"),
    "Khmer": ("km",),
    "Kana": ("ja",),
    "Han": ("zh", "ja"),
}
MANY_SCRIPTS = frozenset({"sr"})  # also written in Latin letters

# Latin-script languages a resident may well write; others are never guessed.
LATIN = (
    *("en", "da", "nb", "sv", "de", "nl", "pl", "cs", "sk", "ro", "tr", "es", "fr", "it"),
    *("pt", "lt", "lv", "et", "fi", "hu", "hr", "sr", "sl", "sq", "so", "vi", "id"),
)

# Languages few people here write and which are easily taken for an offered neighbour: they need more to be believed.
RARE = frozenset({"bg", "sl", "sk", "hr", "sr", "mk", "be", "kk", "ky", "mn", "tg", "ps", "sd", "ug"})

# Letters a language has and others of its script lack. A language that is not named has the plain letters only.
LETTERS: Mapping[str, str] = {
    "da": "æøåé",
    "nb": "æøåéòôó",
    "sv": "äöåé",
    "fi": "äöå",
    "et": "äöüõšž",
    "de": "äöüß",
    "nl": "éëïèöüó",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "hr": "čćđšž",
    "sr": "čćđšžђјљњћџ",
    "hu": "áéíóöőúüű",
    "ro": "ăâîșşțţ",
    "sq": "ëç",
    "tr": "çğıöşüâîû\u0307",
    "es": "áéíóúüñ¿¡ºª",
    "pt": "áâãàçéêíóôõúºª",
    "fr": "àâçéèêëîïôœùûü",
    "it": "àèéìíòóù",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "uk": "иійщьюяїєґ",
    "ru": "ийщьюяыэъё",
    "bg": "ийщьюяъѝ",
    "mk": "иѓѕјљњќџ",
    "be": "ійьюяыэёў",
    "kk": "ийщьюяыэъёәғқңөұүһі",
    "ky": "ийщьюяыэъёңөү",
    "mn": "ийщьюяыэъёөү",
    "tg": "ийюяэъёғқҳҷӣӯ",
    "ar": "ةىإأؤئآيكه",
    "fa": "پچژگکیهأؤئآ\u200c",
    "ur": "پچژگکیأؤئآٹڈڑںےۓہھۃ",
    "ps": "پچژګگکیيهئآټډړښځڅږڼېۍ",
    "ckb": "پچژگکیئەهھێۆڵڕڤ",
    "ug": "پچژگكيئەھېۆۈۇۋڭ",
    "sd": "پچگکيئآھهٻڀٿٽٺڄڃڇڏڌڍڊڙڦڪڱڻ",
}

# Letters that a language's texts are full of and its neighbours' lack, and their share of all letters.
USUAL: Mapping[str, tuple[frozenset[str], float]] = {
    "uk": (frozenset("іїєґ"), 0.06),
    "ru": (frozenset("ыэёъ"), 0.025),
    "bg": (frozenset("ъ"), 0.02),
}

# Pieces of words (case-folded) that its neighbours seldom have: they tell Ukrainian typed with Russian letters.
PIECES: Mapping[str, re.Pattern[str]] = {
    "uk": re.compile(
        r"[сцз]ьк|ц[яюь]|ьо|\bйо|(?:нн|тт|лл|чч)[яю]\b|ува[тнв]|\w[аиую]ти(?:с[яь])?\b|\w\wють(?:ся)?\b|\w{3}ою\b"
        r"|\w\w[аяуюи]в\b|\w\w[бвдзлмпрст]их\b|\bпид|\w['ʼ]\w|[аую]е(?:ться)?\b"
    ),
    "ru": re.compile(
        r"чт|тся\b|лся\b|\w[ае]ть(?:ся)?\b|ость|ск(?:ий|ая|ое|ие|ого|ому|ой|ую|их|им|ими)\b|\w\wая\b|\w\wой\b"
        r"|\w\w[нкгхртшл]ое\b|\w[нцктв]ие\b|\w\wее\b|[аяу][ею]т\b|\w[еия]л\b"
    ),
}

# Commonest words as people type them, compared folded (see `text.fold`); a word may stand under several codes.
COMMON_WORDS: Mapping[str, str] = {
    "en": "the a an is are do does did i my me you your we it how what where when who why which can could should need"
    " want have has get to of for with without from in on at and or but not if please help this that there am im"
    " dont cant been was will would about after before they he she thanks hello our his her their its be as by"
    " so no all new were had more one up out any some into than then only other over also them these those him"
    " us just like now very",
    "da": "jeg mig min mit mine du dig din er har skal kan vil hvordan hvad hvor hvornaar hvem hvorfor hvilken hvilke"
    " ikke og eller men at det den der som en et til fra med uden paa af om hvis naar naa nu faa faar bliver"
    " vaere hej tak vi os jer de skulle kunne gerne ogsaa noget nogen efter foer hos ved lige bare mod ud op i"
    " for var blev ham hun han hende sig sin sit sine deres vores dette denne disse alle alt meget mange mere"
    " blevet havde under over kun da hvilket være selv",
    "nb": "jeg meg min mitt mine du deg din er har skal kan vil hvordan hva hvor naar hvem hvorfor hvilken ikke og"
    " eller men aa at det den som en et ei til fra med uten paa av om hvis naa faar bli vaere hei takk vi oss"
    " dere noe noen etter foer hos ved ogsaa bare mye gjoere trenger i for var ble ham hun han henne seg sin"
    " sitt sine deres vaar vaart vaare dette denne disse alle alt mange mer blitt hadde under over kun da selv"
    " hvilke",
    "sv": "jag mig min mitt mina du dig din ar har ska kan vill hur vad var nar vem varfor vilken inte och eller men"
    " att det den som en ett till fran med utan paa av om faar bli vara hej tack vi oss ni naagot naagon efter"
    " fore hos vid ocksaa bara mycket behover gora for i blev hon han sig sin sitt sina deras vaar vaart vaara"
    " detta denna dessa alla allt maanga mer mera hade under over de dem bland mellan sedan vilka kommer finns"
    " skulle kunna aar",
    "de": "ich mich mein meine meinen du sie wir uns ist sind habe hat haben kann koennen konnen muss brauche wie was"
    " wo wann wer warum welche nicht und oder aber das der die den dem ein eine einen zu zum zur von mit ohne"
    " auf aus bei fur fuer wenn bitte danke hallo es im am auch nach vor noch gibt bekomme bekommen des er ihr"
    " ihre sein seine werden wird wurde war als an in durch uber unter nur so dass mir dir ihm einer eines einem"
    " kein keine mehr sich man soll will um bis gegen alle alles hier da",
    "nl": "ik mij mijn je jij u uw wij ons is zijn heb heeft kan moet wil hoe wat waar wanneer wie waarom welke niet"
    " en of maar het de een te naar van met zonder op uit bij voor als dit dat graag bedankt hallo ook na nog"
    " krijg hebben kunnen moeten worden wordt werd was door over onder aan in om er we jullie onze hun zij hij"
    " deze die geen meer veel al dan dus zo tot tegen tussen nodig alleen alstublieft goed goedemorgen goedendag"
    " moest waarvoor iets iemand hier daar ben bent kunt wilt me haar werk werken woning huur arts dokter"
    " kinderen opvang verblijfsvergunning hulp belasting betalen inschrijven afspraak stad gemeente kaart"
    " rekening nummer woon vinden krijgen veranderen leren verloren geboorte huwelijk zwanger vandaag week maand"
    " jaar kost vrouw gezin werkt zoek zoeken aanvragen verhuizen huisarts baan verlengen dochter zoon",
    "pl": "ja mnie mi moj moja moje moim ty jest sa mam ma mamy moge mozna musze czy jak co gdzie kiedy kto dlaczego"
    " jaki jaka jakie ktory nie i lub albo ale to ten ta do od z ze bez na w we po przed przy dla o u sie jesli"
    " prosze dziekuje dzien dobry czesc chce potrzebuje trzeba zeby juz jeszcze tylko za ile a oraz przez pod"
    " nad byc byl byla bylo jego jej ich tego tym tej te tych ktora ktore bardzo jako tak nas nam moich mojego"
    " mojej bedzie sobie mozesz",
    "cs": "ja me muj moje mi jsem jsou je mam ma muzu mohu musim jak co kde kdy kdo proc ktery ne a nebo ale to ten"
    " ta do od z ze bez na v ve po pred pri pro o u se si jestli prosim dekuji dobry den chci potrebuji uz jeste"
    " jen za i k ke s podle by byl byla bylo byt jeho jeji jejich toho tom tim te ktera ktere velmi jako tak nas"
    " nam bude muze jsme jste nej mezi nad pod take az pokud kolik kam neni moji mou meho mne dnes zitra jaky"
    " jaka jake",
    "sk": "ja mna moj moje mi som su je mam ma mozem musim ako co kde kedy kto preco ktory nie a alebo ale to ten do"
    " od z bez na v vo po pred pri pre o u sa si ci prosim dakujem dobry den chcem potrebujem uz este len za i k"
    " ku s so podla by bol bola bolo byt jeho jej ich toho tom tym tej ktora ktore velmi tak nas nam bude moze"
    " sme ste medzi nad pod tiez az ak kolko kam moju mojho mne dnes zajtra aky aka ake treba ahoj mojej moja"
    " svoj aj iba teraz nemam neviem práca prácu pracovať nájom lekár lekára dieťa škôlka škôlku škôlky"
    " povolenie peniaze zaplatiť prihlásiť zaregistrovať preukaz účet číslo bývam nájsť dostať dostanem zmeniť"
    " učiť stratil stratila narodenie svadba tehotná týždeň mesiac otvorené manžel manželka hľadám vybaviť",
    "sl": "jaz mene moj moja moje mi sem so je imam ima lahko moram kako kaj kje kdaj kdo zakaj kateri ne in ali pa"
    " ampak to ta do od z s brez na v po pred pri za o se si ce prosim hvala dober dan zelim potrebujem ze samo"
    " bi bil bila bilo biti njegov tega tem tej ki zelo kot tako nas nam bo smo ste med tudi ko koliko kam ni"
    " zdravo jutri danes svojo svoj nisem k iz mojo moji",
    "hr": "ja mene moj moja moje mi sam su je imam ima mogu moram trebam kako sto gdje kada kad tko zasto koji ne i"
    " ili ali to taj do od iz s sa bez na u po prije kod za o se si ako molim hvala dobar dan zelim hocu vec jos"
    " samo bi bio bila bilo biti njegov toga tom tim koja koje vrlo kao tako nas nam bit ce smo ste li da nije"
    " nisam mozete dijete djeca kuna svoj svoju trebate medju izmedu netko nesto kamo a posao raditi stana škola"
    " školu liječnik liječnika doktora vrtić dozvola boravak boravka pomoć novac porez platiti prijaviti"
    " registrirati općina kartica račun broj živim naći pronaći dobiti promijeniti učiti tečaj izgubio izgubila"
    " rođenje trudna tjedan mjesec godina otvoreno košta muž žena obitelj radi tražim",
    "sr": "ja mene moj moja moje mi sam su je imam ima mogu moram treba kako sta gde kada kad ko zasto koji ne i ili"
    " ali to taj do od iz s sa bez na u po pre kod za o se si ako molim hvala dobar dan zelim hocu vec jos samo"
    " bi bio bila bilo biti njegov toga tom tim koja koje vrlo kao tako nas nam ce smo ste li da nije nisam"
    " mozete dete deca svoj svoju neko nesto a ја мене мој моја сам су је имам има могу морам треба како шта где"
    " када ко зашто који не и или али то до од из са без на у по пре код за о се ако молим хвала добар дан желим"
    " већ још само ли да није нисам posao raditi stana škola školu lekar lekara vrtić dozvola boravak pomoć"
    " novac porez platiti prijaviti opština kartica račun broj živim naći dobiti promeniti učiti kurs izgubio"
    " izgubila rođenje trudna nedelja mesec godina otvoreno košta muž žena porodica radi tražim",
    "ro": "eu ma mea meu mei imi te tu este sunt am are pot poate trebuie vreau cum ce unde cand cine de care nu si"
    " sau dar la din cu fara pe in pentru daca va rog multumesc buna ziua un o al ale mai sa se fi dupa a ai au"
    " cat cate catre prin sub despre asupra intre ca cel cea cei cele lui ei lor nostru acest aceasta acestea"
    " fost era foarte tot toate ori noi voi noastra unui unei ii i le",
    "tr": "ben beni benim bana sen biz var yok mi mu nasil ne nerede nereye zaman kim neden hangi degil ve veya ama"
    " bu su o bir icin ile gibi eger lutfen tesekkurler merhaba istiyorum lazim gerekiyor olarak nereden kac da"
    " de daha ki en cok her sonra once kadar olan oldu olur ya hem ise diye bunu onu onun gore tum sadece nin"
    " nun ye yi in un dan den ta te",
    "es": "yo mi mis me tu es son soy estoy tengo tiene puedo puede necesito quiero como que donde cuando quien por"
    " cual no y o pero el la los las un una de del a al con sin en para si gracias hola se lo hay mas despues"
    " esta este estos estas esto ese esa eso su sus nos le les ha han he fue ser era muy ya tambien entre sobre"
    " hasta desde cuanto cuantos cuanta porque todo todos toda todas tenemos podemos pueden tienen hacer hace"
    " solo antes otro otra cada tus nuestro nuestra buenos buenas dias favor estan aqui alli algo alguien nada"
    " unos unas bien dos trabajo trabajar piso vivienda alquiler escuela colegio medico hijo hija hijos niño"
    " niña niños guarderia permiso residencia ayuda dinero impuestos pagar registrarme inscribirme cita papeles"
    " ciudad ayuntamiento tarjeta cuenta banco numero mudarme vivo conseguir obtener cambiar aprender perdido"
    " nacimiento matrimonio embarazada hoy mañana semana año abierto cierra abre cuesta sacar marido mujer"
    " funciona busco buscar tarde noches ayudar puedes usted ustedes",
    "fr": "je me mon ma mes tu vous nous est sont suis ai a avoir peux peut dois veux comment que quoi ou quand qui"
    " pourquoi quel quelle ne pas et mais le la les un une de du des au aux avec sans dans pour si merci bonjour"
    " ce il y en sur l d j c n s qu m t jusqu lorsqu elle elles ils on son sa ses notre votre vos nos leur leurs"
    " cette ces cet plus par entre apres avant comme tout tous toute toutes etre ete etait fait faire ont avons"
    " avez sera depuis chez tres bien aussi combien fille fils plait quels quelles est-ce bonsoir salut mois"
    " besoin dont sous vers moi toi lui se te donc encore deja travail travailler appartement logement loyer"
    " école médecin enfant enfants garderie crèche séjour aide argent impôts payer inscrire rendez papiers ville"
    " mairie compte numéro habite trouver obtenir changer apprendre perdu naissance mariage enceinte aujourd'hui"
    " demain semaine année ouvert ouvre ferme coûte mari femme famille fonctionne cherche chercher emploi"
    " travaille heure",
    "it": "io mi mio mia miei mie tu lei noi e sono ho ha posso puo devo voglio come che cosa dove quando chi perche"
    " quale non o ma il lo la i gli le un uno una di del della dello dei delle degli a al allo alla ai alle con"
    " senza in per se grazie ciao buongiorno ci da dal dalla dopo prima anche nel nella nei nelle negli sul"
    " sulla sui sulle l d c dell all nell sull dall quest questo questa questi queste quello quella suo sua suoi"
    " sue loro nostro nostra vostro piu molto tutto tutti tutta tutte essere stato stata era hanno abbiamo siamo"
    " fare fatto tra fra si ed ad quanto quanti quanta quante oggi domani ogni solo sara abbia viene sta stai"
    " sto hai ne ancora buona buonasera avete salve serve bisogno tuo tua qui gia cui vorrei lavoro lavorare"
    " appartamento affitto alloggio scuola medico figlio figlia figli bambino bambini bambina asilo permesso"
    " soggiorno residenza aiuto soldi tasse pagare iscrivere iscrivermi appuntamento documento città comune"
    " tessera conto numero trovare ottenere cambiare imparare corso perso nascita matrimonio incinta settimana"
    " mese anno aperto apre chiude costa marito moglie famiglia funziona cerco cercare trasferirmi sanitaria"
    " aiutarmi dopodomani",
    "pt": "eu me meu minha meus minhas voce e sao sou estou tenho tem posso pode preciso quero como que onde quando"
    " quem por qual nao ou mas o a os as um uma uns umas de do da dos das em no na nos nas com sem para se"
    " obrigado obrigada ola ao aos pelo pela pelos pelas ate desde esta este isto esse essa isso seu sua seus"
    " suas ser era foi muito ja tambem entre sobre depois antes mais todo todos toda todas temos podemos fazer"
    " faz so quanto quantos quanta porque bom boa dia favor nosso nossa ha sim estao num numa mim lhe ela ele"
    " eles elas voces aqui trabalho trabalhar apartamento aluguel moradia escola médico filho filha filhos"
    " criança crianças creche autorização residência ajuda dinheiro impostos pagar registrar registar inscrever"
    " consulta documentos cidade câmara cartão conta número moro encontrar obter mudar aprender perdi nascimento"
    " casamento grávida hoje amanhã semana mês aberto abre fecha custa marido mulher funciona procuro procurar"
    " emprego conseguir consigo tirar",
    "uk": "я мені мій моя моє мого моєї мене ти ви ми є маю має можу можна треба потрібно хочу як що де коли хто чому"
    " який яка яке які не і й та або але це до від з із зі без на в у по для про якщо будь ласка дякую добрий"
    " день чи ще вже за він вона воно вони його її їх їм нам нас вас вам ця цей цього цієї цих той те так дуже"
    " також бути був була було були через при під над між після перед тільки навіть щоб скільки куди звідки тут"
    " там всі все свій свою своїх може можуть якого якій потрібна потрібен потрібні",
    "ru": "я мне мой мои моя мое моего моей мою меня ты вы мы есть могу можно надо нужно нужен нужна нужны хочу как"
    " что где когда кто почему какой какая какие какое не и или но это до от с со без на в у по для о об если"
    " пожалуйста спасибо здравствуйте добрый день ли еще уже за он она оно они его ее их им нам нас вас вам эта"
    " этот этого этой эти этих тот та те так очень также быть был была было были через при под над между после"
    " перед только даже чтобы сколько куда откуда тут там все свой свою своих может могут который которая"
    " которые которых к из а ещё всё нет да бы то ничего себя себе же во ко тебе тебя мной сегодня завтра какую"
    " каких этом том всех всего сейчас теперь здесь потом тогда вот ну зачем хорошо можете нельзя один одна два"
    " ней ним них всегда опять нее него работа работу работать работает квартиру жильё врач врача врачу ребёнок"
    " ребёнка детей детский пособие помощь деньги налоги платить зарегистрироваться записаться записать"
    " документы город счёт живу найти получить поменять учить потеряла потерял рождение свадьба беременна неделя"
    " месяц открыт открыта стоит муж жена семья ищу язык датский помогите оформить жительство переехал переехала"
    " справка",
    "bg": "аз мен мой моя ми мога може трябва искам как какво къде кога кой коя кое кои защо не и или но това до от с"
    " със без на в във по за ако моля благодаря здравейте ли още вече той тя то те неговият го я ги им нас вас"
    " ви са съм е сте сме има нямам имам да ще се си при под над между след преди само даже колко тук там всички"
    " всичко много също беше бил била било били през който която което които тази този тези един една едно добър"
    " ден че а нужно жилище наем училище лекар лекаря дете детето детска градина помощ пари данък данъци платя"
    " плащам регистрирам запиша община сметка живея намеря получа сменя уча загубих раждане брак бременна"
    " седмица година отворено струва мъж семейство работи търся къща",
    "ar": "انا أنا هل كيف ما ماذا اين أين متى من لماذا لا و أو او في على الى إلى عن مع بدون هذا هذه لي يمكن يمكنني"
    " اريد أريد احتاج شكرا مرحبا السلام عليكم لدي عند كم أي إذا ان أن إن التي الذي الذين كان كانت قد هو هي هم"
    " نحن بعد قبل بين كل لم لن ليس ذلك تلك ثم حتى عليه فيه له لها به بها منه منها لكن غير خلال أكثر عندي",
    "fa": "من ما تو شما است هست دارم دارد می چگونه چطور چه کجا کی چرا نه و یا در به از با بدون برای این آن را که اگر"
    " لطفا ممنون سلام باید خواهم توانم او آنها آنان ایشان هم نیز هر همه شد شده شود بود بوده باشد کرد کرده کند"
    " کنم کنید کنند دارند داشت دارید هستم هستید نیست نمی بر تا پس پیش بعد دیگر خود یک دو سه های ها ای ام ات اش"
    " مورد روی زیر بین میشود میخواهم میتوانم نیاز خیلی چند چقدر خانه اجاره مدرسه پزشک بچه فرزند فرزندم مهدکودک"
    " اقامت کمک پول مالیات پرداخت وقت مدارک شهر شهرداری کارت حساب شماره زندگی پیدا بگیرم گرفتن کنیم عوض یاد دوره"
    " تولد ازدواج باردار هفته ماه هزینه همسر همسرم شوهرم خانواده کجاست چیست",
    "ur": "میں مجھے میرا میری آپ ہم ہے ہیں کیا کیسے کہاں کب کون کیوں نہیں اور یا کے کی کا کو سے پر لیے یہ وہ اگر"
    " شکریہ سلام چاہیے سکتا سکتی نے بھی ہی تو تھا تھی تھے ہو ہوا ہوئی ہوئے گا گی گے کر کرنے کرنا کرتے جا جاتا"
    " رہا رہی رہے اس ان جو جس کہ تک بعد پہلے ساتھ ایک دو تین بہت کچھ کوئی اپنے اپنی اپنا والے والی والا میرے"
    " ہمارے ہمارا ہماری آپکا ہوں سکتے دیا گیا لئے تمام اب نہ کام گھر کرایہ اسکول ڈاکٹر بچہ بچے بچوں بیٹا بیٹی"
    " اجازت مدد پیسے ٹیکس ادا رجسٹر ملاقات کاغذات شہر کارڈ نمبر رہتا رہتی ملے ملتا ملتی مل بدل سیکھنا کورس شادی"
    " ہفتہ مہینہ سال کھلا شوہر بیوی خاندان تلاش",
    "ps": "زه ما ته تاسو موږ دی ده دي څنګه چیرته څه کله څوک ولې نه او یا په له د چې لپاره سره کړم کولی شم غواړم مننه",
    "ckb": "من تۆ ئێمە ئێوە ئەوان چۆن چی کوێ کەی کێ بۆچی نا و یان لە بۆ بە لەگەڵ ئەم ئەو کە دەتوانم دەمەوێت سوپاس",
    "lt": "as man mano tu jus mes yra turiu turi galiu reikia noriu kaip kas kur kada kodel kuris ne ir arba bet tai"
    " i is su be ant per prie apie jei aciu labas ar dar jau uz mane mus jums jis ji jie jos sis si sio sios sie"
    " tas ta to tos tie buvo bus buti nera nuo iki pagal po pries tarp tik taip pat labai kiek kokia koks kokie"
    " kokios kuri kurie kurios mums savo visi visus visas visos viska siandien rytoj kad kai nes o del dien"
    " prasau galima turime gali gauti sveiki diena laba jo ju vel darbas darbą darbo dirbti butas butą buto"
    " nuoma mokykla mokyklą gydytojas gydytoją vaikas vaikai vaiką vaiko darželis darželį leidimas pagalba"
    " pinigai pašalpa mokesčiai mokėti sumokėti registruotis užsiregistruoti vizitas dokumentai miestas"
    " savivaldybė kortelė sąskaita numeris gyvenu rasti pakeisti mokytis kursai pamečiau gimimas santuoka nėščia"
    " savaitė mėnuo metai atidaryta kainuoja vyras žmona šeima veikia ieškau daryti",
    "lv": "es man mans mana tu jus mes ir esmu var varu vajag vajadzigs gribu ka kas kur kad kapec kurs ne un vai bet"
    " tas ta no ar bez uz par pie pec pirms ja paldies labdien sveiki vel jau mums jums vins vina vini sis si so"
    " sie bija bus but nav lidz starp tikai ari loti cik kads kada kadi visi visus viss savu sodien rit ludzu"
    " manam manu darbs darbu strādāt dzīvoklis dzīvokli īre skolu skolā ārsts ārstu ārsta bērns bērnu bērni"
    " bērnudārzs bērnudārzā atļauja palīdzība nauda nodokļi maksāt reģistrēties dokumenti pilsēta pašvaldība"
    " konts numurs dzīvoju atrast saņemt dabūt mainīt mācīties kursi pazaudēju nedēļa mēnesis gads maksā vīrs"
    " sieva ģimene strādā meklēju",
    "et": "ma mina mul mulle minu sa sina te teie me meie on olen saan saab pean vaja tahan kuidas mis kus millal kes"
    " miks milline ei ja voi aga see seda ilma kui palun aitah tere veel juba kas meil teil ta tema nad oli olid"
    " olla pole kuni enne parast vahel ainult ka vaga palju koik oma tana homme et siis siin seal mida mille"
    " kohta jaoks töö tööd korter korterit üür kool arst arsti laps lapse lapsed lasteaed lasteaeda luba abi"
    " raha maksud maksta registreerida dokumendid linn kaart elan leida saada muuta õppida kursus kaotasin nädal"
    " kuu aasta avatud maksab mees naine pere töötab otsin",
    "fi": "mina ma minun minulla minulle sina sa te me on olen ovat voin voi voiko taytyy pitaa tarvitsen haluan"
    " miten mika missa milloin kuka miksi mikä ei ja tai mutta se ilman jos kiitos hei moi viela jo onko meilla"
    " teilla han he oli olivat olla ole asti ennen jalkeen valilla vain myos hyvin paljon kaikki oma tanaan"
    " huomenna etta niin taalla siella mita minka mista mihin kanssa kuin sen tama taman tassa nyt en saa saako"
    " saan kuinka paiva hyvaa lapsen lapseni kun minut työ työtä asunto asunnon asuntoa vuokra koulu kouluun"
    " lääkäri lääkäriin lapsi päiväkoti oleskelulupa apua rahaa vero maksaa rekisteröityä ilmoittautua paperit"
    " kaupunki kunta kortti tili numero asun löydän löytää saada vaihtaa oppia kurssi hukkasin syntymä naimisiin"
    " raskaana viikko kuukausi vuosi auki mies vaimo perhe toimii etsin hakea haen",
    "hu": "en nekem engem az a egy es van vagyok vannak tudok tud kell szeretnek akarok hogyan hogy mi mit hol mikor"
    " ki miert melyik nem vagy de ez ezt azt nelkul ha kerem koszonom szia jo napot meg mar is csak nekunk hova"
    " honnan mennyi lehet lehetne volt voltak lesz lenni nincs utan elott kozott nagyon sok minden ma holnap"
    " mint akkor itt ott ahol amely ami valamint pedig el fel be ra fog gyerek hany sem munka munkát dolgozni"
    " lakás lakást iskola iskolába orvos orvost gyermek óvoda óvodába segítség pénz adó fizetni regisztrálni"
    " időpont időpontot iratok város önkormányzat kártya számla szám lakom találni találok kapok kapni"
    " változtatni tanulni tanfolyam elvesztettem születés házasság terhes hét hónap év nyitva mennyibe kerül"
    " férjem feleségem család működik keresek szükségem igényelni szeretném",
    "sq": "une mua im ime ti ju ne eshte jam jane kam ka mund duhet dua si cfare ku kur kush pse cili nuk s dhe ose"
    " por kjo ky ai ajo nga me pa per nese faleminderit pershendetje ende tani te i e se do qe nje kete tij saj"
    " tyre kemi keni kane ishte para pas mes vetem edhe shume sa gjithe sot neser cdo punë punën shtëpi banesë"
    " qira shkollë shkollën mjek fëmijë fëmija leje qëndrimi ndihmë taksa paguaj regjistrohem takim dokumente"
    " qytet komuna kartë llogari numër jetoj gjej marr ndryshoj mësoj humba javë muaj hapur kushton burri gruaja"
    " familja punon kërkoj",
    "so": "waxaan waa ma iyo ama laakiin sidee maxay xagee goorma yaa waayo ka ku u la si aan waxaa karaa rabaa"
    " mahadsanid waxa waxay wuxuu oo ee ay uu in inuu inay soo isku kale kasta loo lagu laga uga kula jira jirta"
    " ahaa tahay yahay ayaa ayay ayuu baa buu bay mid hal laba ugu badan wax kuwa kan tan markii marka halka"
    " sida sidii dadka dalka iska ilaa kadib dib hore miyaa ahayd ahay leh leeyahay mar isaga ii i igu iga yaan"
    " aad adiga aniga waan inaan maanta berri fadlan iyada guud intaa shaqo shaqada guri guriga iskuul iskuulka"
    " dhakhtar dhakhtarka ilmo ilmaha carruur carruurta caawimo caawin lacag lacagta canshuur bixin diiwaangelin"
    " ballan magaalo magaalada degmada kaarka xisaab lambarka degganahay heli helo beddelo barto koorso lumiyay"
    " toddobaad bil sanad furan xaas qoys raadinayaa",
    "vi": "toi ban chung ta la co khong duoc the lam sao nhu nao gi o dau khi ai tai va hoac nhung cai nay do tu den"
    " voi cho cua ve trong neu cam on xin chao can muon phai da dang se bao nhieu cac mot nguoi tren ra vao moi"
    " con em anh chi viec nha thue truong bac si tre giay phep cu tru giup tien ky hen thanh pho so song tim hoc"
    " mat tuan thang nam mo chong vo gia dinh",
    "id": "saya aku kamu anda kami kita adalah ada tidak bisa dapat bagaimana apa di mana kapan siapa mengapa dan"
    " atau tetapi itu ini dari ke dengan untuk pada dalam jika tolong terima kasih halo perlu ingin harus sudah"
    " akan berapa yang para satu orang oleh juga lebih belum kenapa mau kerja bekerja rumah sewa sekolah dokter"
    " anak izin tinggal bantuan uang pajak bayar membayar mendaftar dokumen kota kartu rekening nomor cari"
    " mencari mengubah belajar kursus hilang minggu bulan tahun buka suami istri keluarga hari",
}
