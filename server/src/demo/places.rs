//! Where the people of a demonstration come from: names as they are written there, towns, and the forms of postal codes
//! and phone numbers. All of them are put together by chance; nobody is meant.

/// A country with what its people and addresses look like.
pub(super) struct Place {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    pub given: &'static [&'static str],
    pub family: &'static [&'static str],
    /// Town and state, the state empty where addresses have none.
    pub towns: &'static [(&'static str, &'static str)],
    /// With `{}` for the house number.
    pub streets: &'static [&'static str],
    /// `#` stands for a digit, `@` for a letter; empty where the post has no codes.
    pub postal_code: &'static str,
    /// `#` stands for a digit.
    pub phone: &'static str,
    /// What stands after the name of a company.
    pub company: &'static str,
}

#[rustfmt::skip]
pub(super) static PLACES: [Place; 22] = [
    Place {
        country: "AU", postal_code: "2###", phone: "+61 491 57# ###", company: "Pty Ltd",
        given: &["Charlotte", "Oliver", "Matilda", "Jack", "Isla", "Noah", "Ruby", "Lachlan", "Amelia", "Cooper", "Sienna", "Angus"],
        family: &["Whitfield", "O'Brien", "McAllister", "Nguyen", "Papadopoulos", "Carmody", "Singh", "Bannister", "Tran", "Hargreaves", "Lockyer", "Dunmore"],
        towns: &[("Sydney", "NSW"), ("Newcastle", "NSW"), ("Wollongong", "NSW"), ("Parramatta", "NSW"), ("Orange", "NSW")],
        streets: &["{} George Street", "{} Harbour Parade", "Unit 4, {} Crown Street", "{} Darling Road"],
    },
    Place {
        country: "NZ", postal_code: "10##", phone: "+64 21 ### ####", company: "Limited",
        given: &["Aroha", "Liam", "Mere", "Wiremu", "Sophie", "Hēmi", "Anahera", "Tāne", "Grace", "Mikaere"],
        family: &["Ngata", "Wilson", "Tūhoe", "Parata", "MacKenzie", "Rangihuna", "Fletcher", "Te Whaiti", "Barrett", "Pōtae"],
        towns: &[("Auckland", ""), ("Wellington", ""), ("Christchurch", ""), ("Dunedin", "")],
        streets: &["{} Queen Street", "{} Lambton Quay", "{} Ponsonby Road"],
    },
    Place {
        country: "GB", postal_code: "SE# #@@", phone: "+44 7700 900###", company: "Ltd",
        given: &["Imogen", "Alasdair", "Rhiannon", "George", "Saoirse", "Callum", "Priyanka", "Harriet", "Tobias", "Niamh"],
        family: &["Featherstonehaugh", "Ap Rhys", "Macpherson", "Okafor", "Whitcombe", "Ó Súilleabháin", "Chaudhry", "Ashdown", "Penhaligon", "Brightwell"],
        towns: &[("London", ""), ("Bristol", ""), ("Glasgow", ""), ("Cardiff", ""), ("Leeds", "")],
        streets: &["{} High Street", "{} Tooley Street", "Flat 2, {} Station Road", "{} Church Lane"],
    },
    Place {
        country: "IE", postal_code: "D0# @@##", phone: "+353 85 ### ####", company: "DAC",
        given: &["Aoife", "Oisín", "Caoimhe", "Pádraig", "Róisín", "Fionn", "Sinéad", "Cillian"],
        family: &["Ní Bhriain", "Ó Conaill", "Gallagher", "Mac Giolla", "Fitzgerald", "Delaney", "Byrne", "Kavanagh"],
        towns: &[("Dublin", ""), ("Cork", ""), ("Galway", "")],
        streets: &["{} Capel Street", "{} Baggot Street Lower", "{} Quay Street"],
    },
    Place {
        country: "DE", postal_code: "1####", phone: "+49 151 ########", company: "GmbH",
        given: &["Jürgen", "Anneliese", "Björn", "Käthe", "Matthias", "Änne", "Sören", "Friederike", "Cem", "Liesel"],
        family: &["Müller-Lüdenscheidt", "Schröder", "Weiß", "Großkopf", "Yılmaz", "Hoffmann", "Jäger", "Brückner", "Freiherr von Hohenfels", "Kühn"],
        towns: &[("Berlin", ""), ("Potsdam", ""), ("Leipzig", "")],
        streets: &["Schönhauser Allee {}", "Torstraße {}", "Am Kupfergraben {}", "Große Hamburger Straße {}"],
    },
    Place {
        country: "FR", postal_code: "750##", phone: "+33 6 ## ## ## ##", company: "SAS",
        given: &["Éloïse", "Gaël", "Maëlle", "François", "Zoé", "Jérôme", "Anaïs", "Benoît", "Hélène", "Loïc"],
        family: &["Lefèvre", "de La Rochefoucauld", "Béranger", "Ould Amar", "Dupré", "Guérin", "N'Diaye", "Chénier", "Brûlé", "Lemaître"],
        towns: &[("Paris", ""), ("Lyon", ""), ("Nantes", "")],
        streets: &["{} rue de Rivoli", "{} avenue de l'Opéra", "{} bis, rue Saint-Honoré"],
    },
    Place {
        country: "ES", postal_code: "280##", phone: "+34 6## ### ###", company: "S.L.",
        given: &["José", "Íñigo", "María Ángeles", "Nuria", "Álvaro", "Begoña", "Joaquín", "Lucía"],
        family: &["Álvarez Ibáñez", "Núñez de Balboa", "Fernández", "Echeverría", "Gómez Peñalver", "Zúñiga", "Castaño", "Etxebarria"],
        towns: &[("Madrid", ""), ("Sevilla", ""), ("Donostia", "")],
        streets: &["Calle de Alcalá, {}", "Gran Vía, {}", "Paseo de la Castellana, {}"],
    },
    Place {
        country: "PT", postal_code: "1###-###", phone: "+351 91# ### ###", company: "Lda",
        given: &["João", "Inês", "Gonçalo", "Conceição", "Tomás", "Leonor"],
        family: &["Conceição da Silva", "Magalhães", "Brandão", "Araújo", "Guimarães", "Falcão"],
        towns: &[("Lisboa", ""), ("Porto", ""), ("Évora", "")],
        streets: &["Rua Augusta {}", "Avenida da Liberdade {}", "Rua do Século {}"],
    },
    Place {
        country: "PL", postal_code: "0#-###", phone: "+48 5## ### ###", company: "sp. z o.o.",
        given: &["Łukasz", "Małgorzata", "Zbigniew", "Agnieszka", "Paweł", "Świętosława", "Krzysztof", "Żaneta"],
        family: &["Wójcik", "Brzęczyszczykiewicz", "Kowalczyk", "Szczęsna", "Dąbrowski", "Grzegorzewska", "Żuławski", "Ćwikła"],
        towns: &[("Warszawa", ""), ("Kraków", ""), ("Łódź", "")],
        streets: &["ul. Marszałkowska {}", "ul. Świętokrzyska {}", "al. Jerozolimskie {}"],
    },
    Place {
        country: "SE", postal_code: "11# ##", phone: "+46 70 ### ## ##", company: "AB",
        given: &["Åsa", "Björn", "Elin", "Göran", "Märta", "Sixten", "Tuva", "Örjan"],
        family: &["Åkerström", "Lindqvist", "Sjöberg", "Öhman", "Nordenskiöld", "Hägglund", "Ström", "Ekelöf"],
        towns: &[("Stockholm", ""), ("Göteborg", ""), ("Malmö", "")],
        streets: &["Drottninggatan {}", "Sveavägen {}", "Östermalmstorg {}"],
    },
    Place {
        country: "CZ", postal_code: "1## ##", phone: "+420 6## ### ###", company: "s.r.o.",
        given: &["Jiří", "Zdeňka", "Ondřej", "Kateřina", "Vojtěch", "Růžena"],
        family: &["Dvořák", "Příhodová", "Šťastný", "Němcová", "Řezníček", "Žižka"],
        towns: &[("Praha", ""), ("Brno", ""), ("Plzeň", "")],
        streets: &["Národní {}", "Vinohradská {}", "Křižíkova {}"],
    },
    Place {
        country: "US", postal_code: "941##", phone: "+1 415 555 01##", company: "Inc.",
        given: &["Mason", "Guadalupe", "Ava", "Jamal", "Harper", "Ezekiel", "Soledad", "Wyatt", "Keisha", "Theodore"],
        family: &["Castellanos", "Washington", "Kowalski", "Blackwood", "Okonkwo", "Van der Meer", "Ramírez", "Stein", "Yamamoto", "Abernathy"],
        towns: &[("San Francisco", "CA"), ("Oakland", "CA"), ("San Jose", "CA")],
        streets: &["{} Market Street", "{} Valencia Street, Apt 5", "{} Telegraph Avenue"],
    },
    Place {
        country: "BR", postal_code: "0####-###", phone: "+55 11 9####-####", company: "Ltda.",
        given: &["Thaís", "Antônio", "Luíza", "Caetano", "Vitória", "Jânio"],
        family: &["Gonçalves de Araújo", "Assunção", "Vasconcelos", "Falcão", "Mendonça", "Brandão"],
        towns: &[("São Paulo", "SP"), ("Campinas", "SP"), ("Santos", "SP")],
        streets: &["Avenida Paulista, {}", "Rua da Consolação, {}", "Rua Augusta, {}"],
    },
    Place {
        country: "SG", postal_code: "0#####", phone: "+65 8### ####", company: "Pte. Ltd.",
        given: &["Wei Ling", "Jun Hao", "Siti", "Arjun", "Hui Min", "Faizal", "Kavitha", "Zhi Xuan"],
        family: &["Tan", "Lim", "binte Rahman", "Krishnan", "Ong", "bin Ismail", "Subramaniam", "Goh"],
        towns: &[("Singapore", "")],
        streets: &["{} Robinson Road", "Blk {} Toa Payoh Lorong 1 #08-124", "{} Orchard Boulevard"],
    },
    Place {
        country: "CN", postal_code: "200###", phone: "+86 138 #### ####", company: "有限公司",
        given: &["小明", "丽华", "建国", "雨桐", "Xiaoming", "Lihua", "子涵", "Jianguo"],
        family: &["王", "李", "欧阳", "张", "Wang", "Ouyang", "陈", "Zhang"],
        towns: &[("上海", ""), ("Shanghai", ""), ("苏州", "")],
        streets: &["南京东路{}号", "{} Huaihai Middle Road", "人民路{}号"],
    },
    Place {
        country: "JP", postal_code: "1##-####", phone: "+81 90 #### ####", company: "株式会社",
        given: &["さくら", "健太", "Haruka", "翔太", "美咲", "Kenji", "陽菜", "Yūki"],
        family: &["佐藤", "鈴木", "Takahashi", "田中", "小笠原", "Ōkubo", "渡辺", "Itō"],
        towns: &[("東京都港区", ""), ("Tokyo", ""), ("横浜市", "")],
        streets: &["六本木{}丁目2-7", "{} Jingūmae", "みなとみらい{}-1"],
    },
    Place {
        country: "KR", postal_code: "04###", phone: "+82 10 #### ####", company: "주식회사",
        given: &["서연", "민준", "Ji-woo", "하은", "도윤", "Seo-jun"],
        family: &["김", "이", "Park", "최", "정", "Hwang"],
        towns: &[("서울특별시", ""), ("Seoul", ""), ("부산광역시", "")],
        streets: &["세종대로 {}", "{} Gangnam-daero", "테헤란로 {}"],
    },
    Place {
        country: "TH", postal_code: "10###", phone: "+66 81 ### ####", company: "Co., Ltd.",
        given: &["สมชาย", "กมลชนก", "Siriporn", "ณัฐวุฒิ", "Anong", "Thanawat"],
        family: &["ใจดี", "ศรีสุวรรณ", "Wongsakorn", "จันทร์เพ็ญ", "Rattanaporn", "Charoensuk"],
        towns: &[("กรุงเทพมหานคร", ""), ("Bangkok", ""), ("Chiang Mai", "")],
        streets: &["{} Sukhumvit Road", "{} ถนนสีลม", "{} Rama IV Road"],
    },
    Place {
        country: "PH", postal_code: "1###", phone: "+63 917 ### ####", company: "Corporation",
        given: &["Maria Cristina", "Jose Rizalino", "Angelica", "Ramon", "Liwayway", "Efren"],
        family: &["dela Cruz", "Macaraeg", "Villanueva", "Dimaculangan", "Bautista", "Catacutan"],
        towns: &[("Makati", "Metro Manila"), ("Quezon City", "Metro Manila"), ("Pasig", "Metro Manila")],
        streets: &["{} Ayala Avenue", "{} Kalayaan Avenue", "{} Ortigas Centre"],
    },
    Place {
        country: "IN", postal_code: "400###", phone: "+91 98### #####", company: "Private Limited",
        given: &["Aishwarya", "Venkataraman", "प्रिया", "Rohan", "Lakshmi Narasimha", "Ishaan"],
        family: &["Subramanian", "शर्मा", "Bhattacharya", "Iyer", "Venkatanarasimharajuvaripeta", "Kulkarni"],
        towns: &[("Mumbai", "Maharashtra"), ("Pune", "Maharashtra"), ("Nagpur", "Maharashtra")],
        streets: &["{} Marine Drive", "{} Linking Road, Bandra West", "{} M. G. Road"],
    },
    Place {
        country: "AE", postal_code: "", phone: "+971 50 ### ####", company: "L.L.C.",
        given: &["محمد", "Fatima", "خالد", "Noor", "Yusuf", "مريم"],
        family: &["Al Mansoori", "الهاشمي", "bin Rashid", "Al Suwaidi", "القاسمي", "Haddad"],
        towns: &[("Dubai", "Dubai"), ("Abu Dhabi", "Abu Dhabi"), ("Sharjah", "Sharjah")],
        streets: &["{} Sheikh Zayed Road", "{} Corniche Street", "Villa {}, Al Wasl Road"],
    },
    Place {
        country: "NG", postal_code: "10####", phone: "+234 803 ### ####", company: "Nigeria Limited",
        given: &["Adébáyọ̀", "Chidinma", "Olúwaṣeun", "Ngozi", "Babatúndé", "Zainab"],
        family: &["Adéyẹmí", "Okonjo", "Ògúnlẹ́sì", "Nwachukwu", "Bello", "Ezeudu"],
        towns: &[("Lagos", "Lagos"), ("Ibadan", "Oyo"), ("Abuja", "FCT")],
        streets: &["{} Broad Street", "{} Adeola Odeku Street", "{} Awolowo Road"],
    },
];
