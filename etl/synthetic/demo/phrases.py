"""What invented people write below their videos, by language and by what the video is about.

Phrases stand between slashes; ``{a|b}`` is one of the two, ``<n>`` a small number, ``<hour>`` one of the night,
``<day>`` a day of a count, ``<handle>`` somebody's handle, ``<title>`` and ``<artist>`` are the song's. Words agree
within a phrase whatever is drawn.
"""

ENGLISH = {
    "any": """POV: you {said five more minutes|left your charger at home|are the last one to leave|walked in at
        the wrong moment|forgot what you came for|read the group chat a day late|finally have a day off|opened
        the wrong door|are in aisle <n>} / wait for {it|the end|the last second|his face|the dog} / part <n>
        {|because you asked|finally|of this mess|coming tomorrow?} / day <day> of {posting until something
        happens|learning to juggle|fixing this van|no sugar|talking to my plants|drawing on receipts|saying yes
        to everything} / I {can't|could not|will never} {stop laughing|explain this|do that again|get over this}
        / tell me I'm not {the only one|wrong|dreaming} / who else {does this|remembers this|grew up like
        this|still has one of these}? / {anyone|nobody} else? / this took {three hours|me all week|way too
        long|<day> tries} / and {that|this} is why {I don't go out|we are late|I have trust issues|we can't have
        nice things} / just a {normal|quiet|very normal} {Tuesday|Sunday|evening at ours} / {am|was} I wrong {for
        this|here}? / things {I wish I knew at twenty|my mother says|nobody warns you about|that just make sense}
        / my {brother|grandma|roommate|neighbour|boss|little sister} {made me post this|has no idea|wins
        again|did not approve|asked for a part <n>} / {okay|ok|fine|honestly}, I {get it now|understand|take it
        back|needed this} / it's the {hat|laugh|timing|silence|confidence} for me / {three|five|seven} things I
        {stopped buying|do every morning|learned this year|would tell my younger self} / the way {he|she|it} just
        {stood there|left|looked at me|ran} / {did|does} {this|that} {count|make sense|happen to you too}? /
        {almost|nearly} {dropped everything|cried|made it|didn't post this} / {good|small|sad} news /
        {first|last} {one|time|try} / {mood|same|help|oops|anyway|finally|again|hi|wow|bye|no
        words|speechless|guilty|goals} / {red|green} flag or {just me|not}? / comment {your city|a word|what you
        see first|what I should try next} / tag {someone|a friend|the one} who {needs this|does this|is always
        late} / save this for {later|the weekend|summer} / {what|which} {would you do|one are you|colour do you
        see}? / things got {weird|out of hand|loud} / I was today years old / you had to be there / {do
        not|don't} try this {at home|alone|before coffee} / {rate|judge} this from one to ten / and then {it
        started raining|the lights went out|he said yes|nothing worked} / not {me crying over this|sorry|the
        ending I expected} / {reply|answer} to {your questions|all of you|my last video} / how it started, how
        it's going / {like|follow} for part <n> / {still|so} {proud of this|not over it|funny to me|worth it} /
        if you {see this|find my phone}, {hi|call me|no you didn't}""",
    "song": """this song {though|on repeat|at <hour> a.m.|does something to me} / {"<title>"|<title>} {is stuck
        in my head|on repeat all week|makes me feel things|never gets old} / {why|since when} is <title>
        {everywhere|so good}? / <artist> {never misses|gets it|wrote this about me} / song: <title> by <artist> /
        {dancing|crying|cooking|driving} to <title> / who else {found|knows|loves} <artist>? / 🎵 <title> –
        <artist> / use this sound / the bridge of <title> / sound on""",
    "food": """{three|five} ingredient {pasta|cookies|curry|pancakes|dumplings|bread} /
        {crispy|lazy|one-pot|ten-minute|midnight} {noodles|potatoes|tofu|rice|soup|chicken} {for one|again|you'll
        make twice|, thank me later} / what I eat in a day {as a nurse|on a budget|when I'm lazy|} / rating every
        {taco|dumpling|ice cream|soup} in town / {does|would} your {mom|dad|grandma} make it {like this|too}? /
        grandma's {recipe|secret|kitchen} / the {crunch|cheese pull|sauce} / full recipe {below|in the
        comments|in part <n>} / I burned the {first|second} one / {lunch|dinner|breakfast} is ready / coffee
        first / pineapple on pizza: {yes|no}? / packing my {kids'|husband's|own} lunch, day <day>""",
    "pet": """{he|she} does this every {morning|night|time} / {adopted|found|rescued} {him|her} <n> weeks ago /
        the {cat|dog|parrot|hamster} {has opinions|runs this house|said no|saw everything} / {who|guess who} {ate
        my shoe|stole the sandwich|is a good boy}? / say hi to
        {Biscuit|Pickle|Mochi|Captain|Noodle|Waffles|Pepper} / meet {Biscuit|Pickle|Mochi|Captain|Noodle|Waffles}
        / bath day {went well|was a mistake} / he thinks he's {people|a lap dog|invisible} / vet day, wish us
        luck / zoomies at <hour> a.m.""",
    "dance": """{still|slowly} learning this one / {choreo|moves} by <handle> / dc: <handle> / {mom|dad|my
        sister} joined {in|and won} / which {take|one} is better? / {first|tenth} try / I'll get it {one
        day|eventually} / {rehearsal|kitchen|parking lot} edition / teach me {this|the arms} / {wait for|watch}
        {the spin|my brother|the one in the back} / my knees said no / we practised {all weekend|for ten
        minutes}, be kind""",
    "outfit": """{outfit|fit} check {before work|for the wedding|, be honest|} / {thrifted|made|sewed} {all of
        this|this for <n> dollars|it myself} / {left or right|first or second}? / {autumn|winter|summer|rainy
        day} {outfits|layers} / get ready with me {for work|for nothing|for a first date|} / {my|the}
        {hair|jacket|colour} today / {one|same} dress, <n> ways / nails {done|by me|ruined already} / cut my own
        {bangs|hair}, here's how it went / what size is this supposed to be?""",
    "sport": """day <day> of {running|push-ups|pull-up practice|handstands} / {leg|rest|back|race} day /
        {new|another} personal best / {that|this} {goal|save|shot|landing} / first
        {marathon|pull-up|kickflip|trail run} / who else trains {at five a.m.|in the rain|alone}? / form check,
        {please|be nice} / we {lost|won}, but look at {this pass|the crowd|him} / <n> weeks of
        {training|physio|boxing} / no {excuses|gym, no problem} / slept {four|three} hours, still went""",
    "study": """study with me: {two hours|exam week|no phone} / <n> days until {finals|the exam|graduation} /
        {notes|flashcards} that {saved me|I should have made sooner} / POV: it's due {tonight|in an hour} /
        {teacher|professor} said {no phones|surprise quiz} / how I {learned <n> words a day|passed anatomy|read
        <n> books in a month} / did you know {this|that}? / first day {of school|at uni|as a teacher} / my last
        brain cell / book <n> of the year""",
    "travel": """{hidden|quiet|my favourite} {beach|corner|café|trail} {near home|you need to see|I won't tell
        you about} / <n> hours {by train|in a bus|of this view} / {sunset|sunrise|rain} {from the roof|on the
        ferry|over the valley} / take me back / {packing|moving} {light|abroad|in a hurry} / things to do here
        {for free|when it rains} / would you {live|sleep|swim} here? / van life, day <day> / my
        {gate|train|luggage} is {gone|late}""",
    "home": """{before and after|tour|part <n>}: {the bathroom|my tiny flat|the garden|this old chair} /
        {fixed|painted|built} it {myself|for nothing|twice} / found something behind the wall / {cleaning|Sunday
        reset|laundry} {motivation|again|day} / my {tomatoes|seedlings|plants} {made it|are taking over|, week
        <n>} / would you keep the {tiles|wallpaper|door}? / watch me {knit|glaze|paint|restore} {this|a lamp|one
        per day} / landlord {special|said no|friendly hacks}""",
    "love": """{he|she} {said yes|remembered|has no idea I'm filming} / <n> years of {us|this|him leaving socks
        here} / best friends since {kindergarten|day one|detention} / {asking|surprising} my
        {girlfriend|boyfriend|mom|dad} {again|with breakfast|after a year away} / find someone who {looks at you
        like this|shares the last fry} / we met {on a bus|at a funeral|by mistake} / miss {you|this|us} / our
        {first dance|first flat|kid's first word} / love you, {grandpa|mum|<handle>}""",
    "music": """{wrote|recorded|mixed} this {in my closet|at <hour> a.m.|in one take|for my sister} /
        {cover|chorus|demo}, be {kind|honest} / should I {release|finish|delete} this? /
        {guitar|piano|drum|violin} practice, day <day> / open verse, {go|your turn|show me} / {what|which} song
        {should I learn next|is this}? / {first|tiny} {gig|show} {of the year|tonight|, <n> people came} / made a
        beat from {my kettle|a door|the train}""",
}

#: a few phrases of each language: enough that no two neighbours in a list are the same
OTHERS = {
    "es": {
        "any": """POV: {llegas tarde otra vez|tu mamá te llama por tu nombre completo|es lunes|te quedaste sin
            datos} / parte <n> {|porque la pidieron|y no es la última} / espera {al final|su cara|el último
            segundo} / ¿{a quién más le pasa|soy la única|qué harían ustedes|cuál prefieres}? / día <day> {de
            publicar hasta que pase algo|sin azúcar|aprendiendo a coser} / no {puedo más|me juzguen|era
            penal|estoy llorando, tú sí} / mi {abuela|hermano|vecina|jefe} {no sabe que subí esto|gana otra
            vez|me obligó a subirlo} / cosas que {nadie te cuenta|dice mi mamá|aprendí este año} / etiqueta a
            {alguien así|tu mejor amiga|quien llega tarde} / {bueno, ya|ay no|por fin|otra vez|sin
            palabras|jajaja no puedo|así es|hola|perdón} / casi {lloro|me caigo|no lo subo} / ¿{izquierda o
            derecha|sí o no|qué opinan}? / cuando {te dicen que ya casi|no era por ahí|suena la alarma} / el
            final {me mató|no me lo esperaba} / guárdalo para {después|el finde} / {solo|nada más} un
            {martes|domingo} normal / así empezó y así va""",
        "song": """esta canción {me puede|en bucle|a las <hour> de la mañana} / <title> {todo el día|no sale de
            mi cabeza} / ¿quién más escucha a <artist>? / {bailando|llorando|cocinando} con <title> / usa este
            audio / <artist> nunca falla""",
        "food": """receta {fácil|de mi abuela|con tres ingredientes|completa en la parte <n>} /
            {arepas|tortilla|tacos|empanadas|arroz} {como en casa|en diez minutos|para dos} / ¿con o sin
            {cebolla|picante|piña}? / lo que como en un día / se me quemó {el primero|otra vez} / hora de comer""",
        "pet": """{mi perro|mi gato|el loro} {manda en casa|no me deja dormir|lo vio todo|hace esto cada día} /
            saluden a {Canela|Coco|Pelusa|Churro} / ¿quién se comió {mi zapato|el pan}? / adoptado hace <n>
            semanas / día de baño""",
        "dance": """{primer|décimo} intento / {mi mamá|mi primo} se unió / ¿me enseñas? / {ensayo|baile} en la
            cocina / mis rodillas dijeron no / ¿cuál toma les gusta más?""",
        "outfit": """¿cuál {me pongo|les gusta más}? / arréglate conmigo {para el trabajo|para nada|} / look de
            {hoy|otoño|domingo} / todo de segunda mano / me corté el flequillo yo sola""",
        "sport": """día <day> de {gimnasio|correr|dominadas} / qué {golazo|parada|remate} / {nueva marca
            personal|día de pierna} / perdimos, pero miren {la afición|este pase} / sin excusas""",
        "study": """estudia conmigo / faltan <n> días para {el examen|la entrega|graduarme} / ¿sabías {esto|que
            esto se podía}? / cuando la profe dice {examen sorpresa|trabajo en equipo} / libro <n> del año""",
        "travel": """{la playa|el pueblo|el mirador} que {nadie conoce|tienes que ver|no te voy a decir} / <n>
            horas en {bus|tren} / atardecer {en la azotea|desde el ferry} / llévenme de vuelta / ¿vivirías aquí?""",
        "home": """antes y después {de mi cuarto|del baño|de esta silla} / lo {pinté|arreglé|hice} yo / mis
            {tomates|plantas} van bien / limpieza de domingo / ¿qué color {le pongo|elegirían}?""",
        "love": """<n> años {contigo|de nosotros} / dijo que sí / amigas desde {el kínder|siempre} /
            sorprendiendo a {mi mamá|mi novio|mi papá} / te extraño, {abuelo|amiga}""",
        "music": """la {escribí|grabé} {anoche|en mi clóset|en una toma} / ¿la {termino|subo completa}? / día
            <day> {de guitarra|de piano} / cover, sean buenos / primer concierto del año""",
    },
    "pt": {
        "any": """POV: {sua mãe te chamou pelo nome completo|você esqueceu o guarda-chuva|é segunda|acabou a
            internet} / parte <n> {|porque vocês pediram|e não acaba aqui} / espera {o final|a cara dele|até o
            fim} / {quem mais faz isso|só eu|o que vocês fariam|qual você prefere}? / dia <day> {postando até dar
            certo|sem açúcar|aprendendo crochê} / não {aguento|me julguem|era pra rir|tô chorando, você que tá} /
            minha {avó|irmã|vizinha|chefe} {nem sabe que postei|ganhou de novo|mandou postar} / coisas que
            {ninguém te conta|minha mãe fala|aprendi este ano} / marca {aquela amiga|quem chega atrasado|alguém
            assim} / {socorro|gente|enfim|de novo|sem palavras|kkkkk não|oi|é isso|chocada|amei} / quase {chorei
            |caí|não postei} / {sim ou não|esquerda ou direita|e aí, o que acham}? / quando {toca o
            despertador|falam que é rapidinho} / salva pra {depois|fazer no fim de semana} / só mais um domingo /
            deu ruim, mas deu bom""",
        "song": """essa música {não sai da minha cabeça|em looping|às <hour> da manhã} / <title> o dia inteiro /
            quem mais ouve <artist>? / {dançando|chorando|cozinhando} com <title> / usa esse som / <artist> não
            erra""",
        "food": """receita {fácil|da vó|com três ingredientes|na parte <n>} / {pão de
            queijo|coxinha|bolo|feijão|moqueca} {de domingo|em dez minutos|pra dois} / com ou sem
            {coentro|uva-passa|pimenta}? / o que eu como num dia / queimei {o primeiro|de novo} / café primeiro""",
        "pet": """{meu cachorro|meu gato|o papagaio} {manda na casa|não me deixa dormir|viu tudo|faz isso todo
            dia} / digam oi {pra Pipoca|pro Paçoca|pra Amora|pro Tapioca} / quem comeu {meu chinelo|o pão}? /
            adotado há <n> semanas / dia de banho""",
        "dance": """{primeira|décima} tentativa / {minha mãe|meu primo} entrou na dança / me ensina? / ensaio na
            cozinha / meus joelhos disseram não / qual ficou melhor?""",
        "outfit": """qual {eu uso|vocês preferem}? / arrume-se comigo {pro trabalho|pra nada|} / look {de hoje|de
            domingo|pro casamento} / tudo de brechó / cortei minha franja sozinha""",
        "sport": """dia <day> de {treino|corrida|barra fixa} / que {golaço|defesa} / {novo recorde|dia de perna}
            / perdemos, mas olha {essa torcida|esse passe} / sem desculpa""",
        "study": """estude comigo / faltam <n> dias pro {vestibular|TCC|fim do semestre} / você sabia
            {disso|dessa}? / quando o professor fala {prova surpresa|trabalho em grupo} / livro <n> do ano""",
        "travel": """{a praia|o mirante|a trilha} que {ninguém conhece|você precisa ver|eu não vou contar} / <n>
            horas de {ônibus|estrada} / pôr do sol {na laje|na balsa} / me leva de volta / você moraria aqui?""",
        "home": """antes e depois {do quarto|do banheiro|dessa cadeira} / {pintei|consertei|fiz} sozinha / minhas
            {plantas|mudas} cresceram / faxina de domingo / que cor {eu pinto|vocês escolheriam}?""",
        "love": """<n> anos {com você|de nós dois} / ela disse sim / amigas desde {o jardim|sempre} / surpresa
            pra {minha mãe|meu pai|minha namorada} / saudade de {você|casa|nós}""",
        "music": """{escrevi|gravei} {essa ontem|no meu quarto|de primeira} / {termino|lanço} ou não? / dia <day>
            de {violão|piano} / cover, peguem leve / primeiro show do ano""",
    },
    "id": {
        "any": """POV: {kamu telat lagi|ibu manggil nama lengkapmu|hari Senin|kuota habis} / part <n> {|karena
            kalian minta|belum selesai} / tunggu {sampai habis|mukanya|detik terakhir} / {siapa yang sama|cuma
            aku|kalian tim mana|menurut kalian gimana}? / hari ke-<day> {posting sampai berhasil|tanpa
            gula|belajar menjahit} / {nggak kuat|nggak nyangka|jangan ditiru|bukan aku yang nangis} /
            {nenek|adik|tetangga|bos}ku {nggak tahu ini diposting|menang lagi|nyuruh posting ini} / hal yang
            {jarang orang tahu|selalu ibu bilang|aku pelajari tahun ini} / tag {teman kamu|yang suka
            telat|orangnya} / {akhirnya|lagi-lagi|ya gitu deh|wkwk|halo|maaf|aduh|receh|gemes} / hampir
            {nangis|jatuh|nggak jadi posting} / {kiri atau kanan|iya atau nggak}? / simpan dulu / {cuma|hanya}
            hari Minggu biasa""",
        "song": """lagu ini {enak banget|diputar terus|jam <hour> pagi} / <title> {terus di kepala|seharian} /
            siapa yang dengar <artist> juga? / {joget|nangis|masak} pakai <title> / pakai sound ini""",
        "food": """resep {gampang|nenek|tiga bahan|lengkap di part <n>} / {nasi goreng|sambal|bakso|mie|martabak}
            {buat anak kos|sepuluh menit|rumahan} / {pedas atau manis|bubur diaduk atau nggak}? / gosong lagi /
            waktunya makan / jajanan <n> ribu""",
        "pet": """{kucingku|anjingku|burungku} {bos di rumah|lihat semuanya|begini tiap hari} / kenalan sama
            {Moci|Oyen|Bolu|Cimol} / siapa yang makan {sandalku|rotiku}? / diadopsi <n> minggu lalu""",
        "dance": """percobaan {pertama|kesepuluh} / {ibu|adik} ikutan / ajarin dong / latihan di dapur / bagus
            yang mana?""",
        "outfit": """pilih yang mana? / siap-siap bareng aku {kerja|kondangan|} / outfit {hari
            ini|kondangan|kuliah} / semua dari thrift""",
        "sport": """hari ke-<day> {lari|push up|gym} / gol {yang indah|terakhir} / rekor baru / kalah, tapi lihat
            {suporternya|umpannya}""",
        "study": """belajar bareng aku / <n> hari lagi {ujian|sidang|wisuda} / kamu tahu nggak? / kalau dosen
            bilang {kuis|tugas kelompok} / buku ke-<n> tahun ini""",
        "travel": """{pantai|air terjun|kafe} yang {jarang orang tahu|wajib kamu lihat} / <n> jam naik
            {kereta|bus|motor} / senja {di dermaga|dari atap} / mau tinggal di sini?""",
        "home": """sebelum dan sesudah {kamar|dapur}ku / {cat|bikin|benerin} sendiri / tanamanku tumbuh /
            beres-beres hari Minggu""",
        "love": """<n> tahun {bareng kamu|kita} / dia bilang iya / sahabat sejak {TK|SD} / kejutan buat
            {ibu|ayah} / kangen {kamu|rumah}""",
        "music": """{nulis|rekam} lagu ini {semalam|di kamar} / lanjut nggak? / belajar {gitar|piano} hari
            ke-<day> / cover sederhana""",
    },
    "de": {
        "any": """POV: {du hast den Schlüssel vergessen|es ist Montag|der Zug hat Verspätung|deine Mutter ruft} /
            Teil <n>{|, weil ihr gefragt habt|, und kein Ende} / wartet {bis zum Schluss|auf sein Gesicht|ab} /
            {wer kennt's|nur ich|was hättet ihr gemacht|wer noch}? / Tag <day> {ohne Zucker|bis es klappt|mit
            meinem Bus} / ich {kann nicht mehr|schwöre|sag nichts|hab's versucht} / {meine Oma|mein Bruder|mein
            Chef|die Nachbarin} {weiß nichts davon|gewinnt wieder|wollte das so} / Dinge, {die keiner sagt|die
            Mama immer sagt|die ich gern früher gewusst hätte} / markiert {jemanden|wen, der das braucht|eure
            Schwester} / {na gut|endlich|schon wieder|hilfe|läuft|ohne Worte|upsi|ehrlich|moin|tja} / fast
            {geweint|hingefallen|geschafft} / {links oder rechts|ja oder nein|was meint ihr}? / ganz normaler
            {Dienstag|Sonntag} / speichert euch das""",
        "song": """dieses Lied {läuft seit Tagen|geht nicht aus dem Kopf|um <hour> Uhr nachts} / <title> in
            Dauerschleife / wer hört noch <artist>? / {tanzen|heulen|kochen} zu <title> / nutzt den Sound""",
        "food": """{schnelles|Omas} Rezept / {Nudeln|Kartoffelsalat|Zimtschnecken|Linsen} {für zwei|in zehn
            Minuten|wie bei Oma} / {mit oder ohne Zwiebeln|süß oder salzig}? / was ich an einem Tag esse / das
            {erste|zweite} ist verbrannt / erst mal Kaffee""",
        "pet": """{mein Hund|die Katze|der Papagei} {ist hier der Chef|hat alles gesehen|macht das jeden Tag} /
            sagt hallo zu {Keks|Krümel|Mochi|Frau Schmidt} / wer hat {den Schuh|das Brot} gefressen? / seit <n>
            Wochen bei uns""",
        "dance": """{erster|zehnter} Versuch / {Mama|mein Bruder} macht mit / wer bringt's mir bei? / Probe in
            der Küche / meine Knie sagen nein""",
        "outfit": """welches {soll ich nehmen|findet ihr besser}? / macht euch mit mir fertig / Outfit {für
            heute|zur Hochzeit} / alles secondhand / Pony selbst geschnitten""",
        "sport": """Tag <day>: {laufen|Klimmzüge|Handstand} / was für ein {Tor|Pass} / {neue Bestzeit|Beintag} /
            verloren, aber hört {die Kurve|euch das an} / keine Ausreden""",
        "study": """lern mit mir / noch <n> Tage bis {zur Prüfung|zum Abi|zur Abgabe} / wusstet ihr das? / wenn
            der Lehrer sagt: {Test|Gruppenarbeit} / Buch <n> dieses Jahr""",
        "travel": """{der See, den|das Dorf, das|der Weg, den} keiner kennt / <n> Stunden {Zug|Bus} /
            Sonnenuntergang {vom Dach|auf der Fähre} / ich will zurück / würdet ihr hier wohnen?""",
        "home": """vorher und nachher: {das Bad|mein Zimmer|der alte Stuhl} / selbst
            {gebaut|gestrichen|repariert} / meine Tomaten, Woche <n> / Sonntag ist Putztag""",
        "love": """<n> Jahre {mit dir|wir} / sie hat ja gesagt / beste Freundinnen seit {der Kita|immer} /
            Überraschung für {Mama|Papa} / vermisse dich""",
        "music": """{geschrieben|aufgenommen} {heute Nacht|im Kleiderschrank} / soll ich's fertig machen? / Tag
            <day> mit {Gitarre|Klavier} / Cover, seid lieb""",
    },
    "fr": {
        "any": """POV : {t'as oublié tes clés|c'est lundi|ta mère t'appelle par ton prénom entier|le train est en
            retard} / partie <n>{|, vous l'avez demandée|, et c'est pas fini} / attendez {la fin|sa tête|la
            dernière seconde} / {qui d'autre|je suis la seule|vous auriez fait quoi|c'est moi ou}? / jour <day>
            {sans sucre|à poster jusqu'à ce que ça marche|de tricot} / j'en {peux plus|reviens pas|parle à
            personne} / {ma mamie|mon frère|ma voisine|mon chef} {n'est pas au courant|gagne encore|m'a forcée} /
            les trucs que {personne dit|ma mère répète|j'aurais aimé savoir} / identifie {ta pote|quelqu'un|celui
            qui est toujours en retard} / {bref|enfin|encore|au secours|sans
            commentaire|oups|voilà|coucou|pardon|trop vrai} / j'ai failli {pleurer|tomber|pas le poster} /
            {gauche ou droite|oui ou non|vous en pensez quoi}? / un {mardi|dimanche} normal / à garder pour plus
            tard""",
        "song": """cette chanson {en boucle|à <hour> h du matin|me rend folle} / <title> toute la journée / qui
            d'autre écoute <artist> ? / {danser|pleurer|cuisiner} sur <title> / utilisez ce son""",
        "food": """recette {facile|de mamie|à trois ingrédients} / {crêpes|ratatouille|gratin|tarte} {du
            dimanche|en dix minutes|pour deux} / {avec ou sans ail|sucré ou salé} ? / ce que je mange en une
            journée / j'ai cramé {le premier|le deuxième} / d'abord un café""",
        "pet": """{mon chien|le chat|le perroquet} {commande ici|a tout vu|fait ça tous les jours} / dites
            bonjour à {Biscotte|Réglisse|Nougat|Patate} / qui a mangé {ma chaussure|le pain} ? / adopté il y a
            <n> semaines""",
        "dance": """{premier|dixième} essai / {papa|mon frère} s'est incrusté / qui m'apprend ? / répét' dans la
            cuisine / mes genoux ont dit non""",
        "outfit": """je mets {laquelle|quoi} ? / préparez-vous avec moi / tenue {du jour|de mariage} / tout vient
            de la friperie / j'ai coupé ma frange""",
        "sport": """jour <day> : {course|tractions|gainage} / quel {but|arrêt} / nouveau record / perdu, mais
            écoutez {le stade|ça} / pas d'excuses""",
        "study": """révise avec moi / <n> jours avant {le bac|les partiels|l'oral} / vous saviez ? / quand le
            prof dit {interro|travail de groupe} / livre <n> de l'année""",
        "travel": """{la plage|le village|le sentier} {que personne connaît|à voir une fois|dont je ne dirai
            rien} / <n> heures de {train|bus} / coucher de soleil {sur le toit|depuis le ferry} / ramenez-moi /
            vous vivriez ici ?""",
        "home": """avant, après : {la salle de bain|ma chambre|cette vieille chaise} / {peint|réparé|fait}
            moi-même / mes tomates, semaine <n> / ménage du dimanche""",
        "love": """<n> ans {de nous|avec toi} / elle a dit oui / copines depuis {la maternelle|toujours} /
            surprise pour {maman|papa} / tu me manques""",
        "music": """{écrite|enregistrée} {cette nuit|dans mon placard} / je la termine ? / jour <day> {de
            guitare|de piano} / reprise, soyez sympas""",
    },
    "it": {
        "any": """POV: {hai dimenticato le chiavi|è lunedì|tua madre ti chiama col nome intero|il treno è in
            ritardo} / parte <n> {|perché l'avete chiesta|e non è finita} / aspettate {la fine|la sua faccia} /
            {chi altro|solo io|voi cosa fareste}? / giorno <day> {senza zucchero|finché non funziona|di
            uncinetto} / non {ce la faccio|ci credo|giudicatemi} / {mia nonna|mio fratello|la vicina} {non sa
            niente|vince ancora|mi ha costretta} / cose che {nessuno dice|dice mia mamma|ho imparato quest'anno}
            / tagga {un'amica|chi è sempre in ritardo} / {aiuto|finalmente|di nuovo|senza
            parole|vabbè|ciao|ops|niente} / quasi {piangevo|cadevo} / {sì o no|destra o sinistra|che ne dite}? /
            un {martedì|giorno} normale / salvalo per dopo""",
        "song": """questa canzone {in loop|alle <hour> di notte|mi uccide} / <title> tutto il giorno / chi altro
            ascolta <artist>? / {ballando|piangendo|cucinando} con <title> / usate questo audio""",
        "food": """ricetta {facile|della nonna|con tre ingredienti} / {gnocchi|focaccia|tiramisù|risotto} {della
            domenica|in dieci minuti} / {con o senza cipolla|dolce o salato}? / cosa mangio in un giorno /
            bruciato {il primo|di nuovo} / prima il caffè""",
        "pet": """{il cane|il gatto|il pappagallo} {comanda qui|ha visto tutto|lo fa ogni giorno} / salutate
            {Biscotto|Polpetta|Nuvola} / chi ha mangiato {la scarpa|il pane}? / con noi da <n> settimane""",
        "dance": """{primo|decimo} tentativo / {mamma si è unita|mio cugino balla meglio} / prove in cucina / chi
            me lo insegna?""",
        "outfit": """quale {metto|preferite}? / preparati con me / look {di oggi|da matrimonio} / tutto vintage /
            frangia fatta da sola""",
        "sport": """giorno <day>: {corsa|trazioni|palestra} / che {gol|parata} / nuovo record / abbiamo perso, ma
            sentite {la curva|che tifo}""",
        "study": """studia con me / <n> giorni {all'esame|alla maturità|alla laurea} / lo sapevate? / quando il
            prof dice {verifica|lavoro di gruppo}""",
        "travel": """{la spiaggia|la strada|la città} che {nessuno conosce|devi vedere} / <n> ore di
            {treno|macchina} / tramonto {dal tetto|sul traghetto} / riportatemi lì""",
        "home": """prima e dopo: {il bagno|camera mia|questa sedia} / {dipinto|fatto|aggiustato} da me / i miei
            pomodori, settimana <n>""",
        "love": """<n> anni {di noi|con te} / ha detto sì / amiche {da sempre|dall'asilo} / sorpresa per
            {mamma|papà} / mi manchi""",
        "music": """{scritta|registrata} {stanotte|in camera} / la finisco? / giorno <day> di
            {chitarra|pianoforte} / cover, siate buoni""",
    },
    "pl": {
        "any": """POV: {jest poniedziałek|zapomniałeś kluczy|mama woła pełnym imieniem|autobus odjechał} / część
            <n>{|, bo prosiliście| i to nie koniec} / {poczekajcie|czekajcie} do końca / {kto też tak ma|tylko
            ja|co byście zrobili|kto pamięta}? / dzień <day> {bez cukru|aż się uda|nauki szycia} / {nie
            wytrzymam|nie oceniajcie|nie wierzę|nie polecam} / {babcia|mój brat|sąsiadka} {nic nie wie|znowu
            wygrywa|kazała to wrzucić} / oznacz {kogoś takiego|przyjaciółkę|kogoś, kto się spóźnia} / {no i|w
            końcu|znowu|pomocy|bez komentarza|ups|hej|takie życie|no cóż} / prawie {płaczę|się udało} / {tak czy
            nie|lewa czy prawa|co myślicie}? / zwykły {wtorek|czwartek} / zapisz na później""",
        "song": """ta piosenka {w kółko|o <hour> w nocy|chodzi za mną} / <title> cały dzień / kto jeszcze słucha
            <artist>? / użyj tego dźwięku""",
        "food": """przepis {babci|na szybko|z trzech składników} / {pierogi|naleśniki|żurek|placki} {jak u
            babci|w dziesięć minut} / {z cebulą czy bez|na słodko czy na słono}? / co jem w ciągu dnia / najpierw
            kawa""",
        "pet": """{mój pies|kot|papuga} {rządzi w domu|robi to codziennie} / przywitajcie się, to
            {Pączek|Kluska|Biszkopt} / kto zjadł {mojego buta|chleb}? / razem od miesiąca""",
        "dance": """{pierwsza|dziesiąta} próba / mama się dołączyła / kto mnie nauczy? / próba w kuchni""",
        "outfit": """którą {wybrać|wolicie}? / szykuj się ze mną / stylizacja {na dziś|na wesele} / wszystko z
            lumpeksu""",
        "sport": """dzień <day>: {bieganie|siłownia|podciąganie} / co za {gol|obrona} / nowa życiówka / bez
            wymówek""",
        "study": """ucz się ze mną / zaraz {matura|sesja|egzamin} / wiedzieliście? / gdy nauczyciel mówi:
            {kartkówka|praca w grupach}""",
        "travel": """{plaża|wioska|droga}, {której nikt nie zna|którą musisz zobaczyć} / {pięć|sześć|dziesięć}
            godzin w {pociągu|autobusie} / zachód słońca {z dachu|z promu} / zabierzcie mnie tam""",
        "home": """przed i po: {łazienka|mój pokój|stare krzesło} / sama {pomalowałam|zrobiłam|naprawiłam} /
            niedzielne sprzątanie""",
        "love": """powiedziała tak / przyjaciółki od {przedszkola|zawsze} / niespodzianka dla {mamy|taty} /
            tęsknię""",
        "music": """{napisane|nagrane} {dziś w nocy|w szafie} / skończyć? / dzień <day> z {gitarą|pianinem} /
            cover, bądźcie mili""",
    },
    "nl": {
        "any": """POV: {je bent je sleutels vergeten|het is maandag|je moeder roept je|de trein rijdt niet} /
            deel <n>{|, want jullie vroegen erom|, en nog niet klaar} / wacht {op het einde|op zijn gezicht|even}
            / {wie herkent dit|alleen ik|wat zou jij doen|wie nog meer}? / dag <day> {zonder suiker|tot het
            lukt|met onze bus} / ik {kan niet meer|zeg niks|snap het niet} / {mijn oma|mijn broer|de buurvrouw}
            {weet van niks|wint weer|wilde dit} / tag {iemand|je beste vriendin|wie altijd te laat is} / {nou
            ja|eindelijk|alweer|help|lekker dan|geen woorden|oeps|hoi|tja|heerlijk} / bijna {gevallen|gelukt} /
            {links of rechts|ja of nee|wat vinden jullie}? / gewoon een {dinsdag|zondag} / bewaar deze even""",
        "song": """dit nummer {de hele dag|om <hour> uur 's nachts} / <title> op repeat / wie luistert er nog
            meer naar <artist>? / gebruik dit geluid""",
        "food": """{snel|oma's} recept / {pannenkoeken|stamppot|appeltaart|soep} {van oma|in tien minuten} / {met
            of zonder ui|zoet of zout}? / wat ik op een dag eet / eerst koffie""",
        "pet": """{mijn hond|de kat|de papegaai} {is hier de baas|zag alles|doet dit elke dag} / zeg hoi tegen
            {Stroopwafel|Koekje|Pluis} / wie heeft {mijn schoen|het brood} opgegeten?""",
        "dance": """{eerste|tiende} poging / {mama|mijn broer} doet mee / wie leert het mij? / mijn knieën zeggen
            nee""",
        "outfit": """welke {moet ik aan|vinden jullie mooier}? / maak je klaar met mij / outfit {van vandaag|voor
            de bruiloft} / alles tweedehands""",
        "sport": """dag <day>: {hardlopen|optrekken|sportschool} / wat een {goal|redding} / nieuw record / geen
            smoesjes""",
        "study": """leer met mij mee / nog <n> dagen tot {het examen|de toets} / wist jij dit? / als de leraar
            zegt: {overhoring|groepswerk}""",
        "travel": """{het strand|het dorp} dat niemand kent / <n> uur {in de trein|fietsen} / zonsondergang {op
            het dak|op de pont} / zou jij hier wonen?""",
        "home": """voor en na: {de badkamer|mijn kamer|deze stoel} / zelf {geverfd|gemaakt|gerepareerd} / mijn
            tomaten, week <n>""",
        "love": """<n> jaar {samen|wij} / ze zei ja / vriendinnen sinds {de kleuterklas|altijd} / verrassing voor
            {mama|papa} / mis je""",
        "music": """{geschreven|opgenomen} {vannacht|in mijn kast} / afmaken of niet? / dag <day> met
            {gitaar|piano} / cover, wees lief""",
    },
    "tr": {
        "any": """POV: {anahtarı evde unuttun|bugün pazartesi|annen tam adınla çağırıyor|otobüs kaçtı} / bölüm
            <n> {|çünkü istediniz|devamı var} / {sonunu|yüzünü|son saniyeyi} bekleyin / {bir tek ben miyim|sizde
            de böyle mi|siz olsanız ne yapardınız|kim hatırlıyor}? / <day>. gün: {şekersiz|olana kadar devam|örgü
            öğreniyorum} / {dayanamıyorum|İnanamıyorum|yargılamayın|ben ağlamıyorum} /
            {babaannemin|kardeşimin|komşunun} haberi yok / {arkadaşını|geç kalanı|onu} etiketle /
            {neyse|sonunda|yine mi|İmdat|selam|yorum yok|olsun|of ya} / az kalsın {ağlıyordum|düşüyordum} / {sağ
            mı sol mu|evet mi hayır mı|sizce}? / sıradan bir {salı|pazar} / kaydet, lazım olur""",
        "song": """bu şarkı {dilimde|gece bir başka} / <title> bütün gün / <artist> dinleyen başka kim var? / bu
            sesi kullanın""",
        "food": """{kolay|anneannemin|üç malzemeli} tarif / {mercimek çorbası|menemen|börek|sarma} {on
            dakikada|ev usulü} / {soğanlı mı soğansız mı|tatlı mı tuzlu mu}? / bir günde ne yiyorum / önce çay""",
        "pet": """{köpeğim|kedim|papağan} {evin patronu|her şeyi gördü|bunu her gün yapıyor} /
            {Boncuk|Pamuk|Zeytin} size selam söylüyor / {terliğimi|ekmeği} kim yedi?""",
        "dance": """{İlk|onuncu} deneme / annem de katıldı / bana öğretir misin? / mutfak provası""",
        "outfit": """hangisini {giyeyim|seçerdiniz}? / benimle hazırlan / {bugünün|düğünün} kombini / hepsi
            ikinci el""",
        "sport": """<day>. gün: {koşu|barfiks|antrenman} / ne {gol|kurtarış} ama / yeni rekor / bahane yok""",
        "study": """benimle ders çalış / {sınava|finallere} <n> gün / bunu biliyor muydunuz? / hoca {sınav|grup
            ödevi} deyince""",
        "travel": """kimsenin bilmediği {koy|köy|sokak} / <n> saat {tren|otobüs} / {çatıda|vapurda} gün batımı /
            burada yaşar mıydınız?""",
        "home": """öncesi ve sonrası: {banyo|odam|eski sandalye} / kendim {boyadım|yaptım|tamir ettim} / pazar
            temizliği""",
        "love": """<n> yıl {birlikte|seninle} / evet dedi / {anneme|babama} sürpriz / seni özledim""",
        "music": """{dün gece|odamda} {yazdım|kaydettim} / bitireyim mi? / <day>. gün {gitar|piyano} / cover
            denemesi""",
    },
    "ru": {
        "any": """POV: {забыл ключи дома|сегодня понедельник|мама зовёт полным именем|автобус ушёл} / часть
            <n>{|, вы просили| и это не конец} / {смотрите|ждите} до конца / {у кого так же|я один такой|а вы бы
            как сделали|кто помнит}? / день <day>: {без сахара|учусь вязать|снимаю, пока не получится} / {не
            могу|не верю|не осуждайте|не повторяйте} / {бабушка|сестра|соседка} {не в курсе|опять
            победила|просила выложить} / отметь {подругу|того, кто опаздывает|друга} / {ну
            вот|наконец-то|опять|помогите|без слов|ой|привет|жиза|бывает|ладно} / чуть не
            {упала|заплакала|опоздала} / {да или нет|слева или справа|что скажете}? / обычный {вторник|четверг} /
            сохрани, пригодится""",
        "song": """эта песня {на повторе|в <hour> ночи} / <title> весь день / кто ещё слушает <artist>? /
            {танцую|плачу|готовлю} под <title>""",
        "food": """рецепт {бабушки|из трёх ингредиентов|за десять минут} / {сырники|борщ|пельмени|блины} {как
            дома|на завтрак} / {с луком или без|сладкое или солёное}? / что я ем за день / сначала кофе""",
        "pet": """{мой пёс|кот|попугай} {тут главный|всё видел|делает так каждый день} / знакомьтесь,
            {Пончик|Плюша|Батон} / кто съел {тапок|хлеб}?""",
        "dance": """{первая|десятая} попытка / мама тоже танцует / кто научит? / репетиция на кухне""",
        "outfit": """что {надеть|выбрать}? / собирайтесь со мной / образ {дня|на свадьбу} / всё из секонда""",
        "sport": """день <day>: {бег|турник|зал} / какой {гол|сейв} / новый рекорд / без отговорок""",
        "study": """учись со мной / скоро {сессия|экзамен|ЕГЭ} / вы знали? / когда учитель говорит:
            {контрольная|работаем в группах}""",
        "travel": """{место|озеро}, о котором никто не знает / закат {с крыши|на пароме} /
            {шесть|десять|двадцать} часов в поезде / хочу обратно""",
        "home": """до и после: {ванная|моя комната|старый стул} / {покрасила|починила|сделала} сама / воскресная
            уборка""",
        "love": """она сказала да / подруги {с садика|навсегда} / сюрприз для {мамы|папы} / скучаю""",
        "music": """{написала|записал} {ночью|в шкафу} / дописать? / день <day> с {гитарой|пианино} / кавер, не
            ругайте""",
    },
    "uk": {
        "any": """POV: {забув ключі вдома|сьогодні понеділок|мама кличе повним ім'ям} / частина <n>{|, ви
            просили| і це не кінець} / дивіться до кінця / {у кого так само|я одна така|хто пам'ятає}? / день
            <day>: {без цукру|вчуся в'язати} / {не можу|не вірю|не повторюйте} / {бабуся|сестра|сусідка} {не знає
            про це|знову перемогла} / познач {подругу|друга} / {ну от|нарешті|знову|ой|привіт|без слів|буває} /
            {так чи ні|що скажете}? / звичайний {вівторок|четвер} / збережи на потім""",
        "song": """ця пісня {на повторі|о <hour> ночі} / <title> весь день / хто ще слухає <artist>?""",
        "food": """рецепт {бабусі|з трьох інгредієнтів} / {вареники|борщ|деруни} {як удома|за десять хвилин} / {з
            цибулею чи без}? / спочатку кава""",
        "pet": """{мій пес|кіт|папуга} {тут головний|все бачив} / знайомтеся, {Пиріжок|Пампушка|Барсик} / хто
            з'їв {капець|хліб}?""",
        "dance": """{перша|десята} спроба / мама теж танцює / репетиція на кухні""",
        "outfit": """що {вдягти|обрати}? / збирайся зі мною / образ {дня|на весілля}""",
        "sport": """день <day>: {біг|турнік|зал} / який {гол|сейв} / новий рекорд""",
        "study": """вчися зі мною / скоро {сесія|іспит} / ви знали?""",
        "travel": """{місце|озеро}, про яке ніхто не знає / захід сонця {з даху|на поромі} / хочу назад""",
        "home": """до і після: {ванна|моя кімната|старий стілець} / {пофарбувала|полагодила|зробила} сама""",
        "love": """вона сказала так / подруги {з садочка|назавжди} / сюрприз для {мами|тата} / сумую""",
        "music": """{написала|записав} уночі / дописати? / день <day> з {гітарою|піаніно} / кавер, не сваріть""",
    },
    "ja": {
        "any": """{月曜日の朝|終電逃した|鍵忘れた|お母さんに呼ばれた}時の私 /
            パート<n>{|、リクエスト多かったので|、まだ続く} / 最後まで{見て|待って|見てほしい} /
            {私だけ|これわかる人いる|みんなどうしてる|どっち派}？ / {毎日投稿|砂糖なし生活|編み物}<day>日目 /
            {無理|待って|もう無理かも|笑った|最高|やっと|また|沼|えぐい|ただいま|はじめまして} /
            {おばあちゃん|弟|隣の人|店長}には内緒 / {友達|遅刻する人|あの子}に送って /
            {普通の|ただの}{火曜日|日曜日} / 泣きそうに{なった|なってる} / {右と左|白と黒}どっちがいい？ /
            保存して{あとで見て|ね} / 何点？ / {初投稿|久しぶり}です""",
        "song": """この曲{好きすぎる|ずっと聴いてる|夜中の<hour>時に聴くやつ} / <title>が頭から離れない /
            <artist>好きな人いる？ / この音源使って""",
        "food": """{簡単|おばあちゃんの|材料3つの}レシピ /
            {唐揚げ|おにぎり|プリン|うどん}{作った|の朝|10分で完成} / {甘い|辛い}派？ / 今日のお弁当 / 1日の食事
            / 焦げた""",
        "pet": """{うちの犬|うちの猫|インコ}{が毎朝これ|の寝顔|、全部見てた} /
            {もち|きなこ|あずき|おはぎ}です、よろしく / {スリッパ|パン}食べたの誰？ / お迎えして<n>週間""",
        "dance": """{1回目|10回目}の挑戦 / お母さんも{踊った|参加} / 誰か教えて / キッチンで練習中 / 膝が痛い""",
        "outfit": """どっち{着る|がいい}？ / {今日|結婚式|デート}のコーデ / 全部古着 / 一緒に準備しよう /
            前髪切りすぎた""",
        "sport": """{ランニング|筋トレ|懸垂}<day>日目 / {ナイスシュート|自己ベスト} /
            負けたけど{最高の試合|この応援聞いて} / 朝5時から練習""",
        "study": """一緒に勉強しよう / {テスト|受験|卒業}まであと<n>日 / 知ってた？ / 今年<n>冊目""",
        "travel": """{誰も知らない|教えたくない}{海|カフェ|温泉} / 電車で<n>時間 / {屋上|船}からの夕日 /
            ここに住みたい""",
        "home": """{部屋|台所|古い椅子}のビフォーアフター / 自分で{塗った|作った|直した} / 日曜の掃除""",
        "love": """付き合って<n>年 / {幼稚園|中学}からの親友 / {お母さん|お父さん}にサプライズ / 会いたい""",
        "music": """{昨日の夜|押し入れで}{作った|録った} / 続き作る？ / {ギター|ピアノ}<day>日目 / 歌ってみた""",
    },
    "ko": {
        "any": """{월요일 아침|막차 놓쳤을 때|열쇠 두고 나왔을 때|엄마가 이름 부를 때} / <n>탄{|, 요청이 많아서|
            기대해 주세요} / 끝까지 {봐 주세요|기다려} / {나만 그래|이거 아는 사람|다들 어때|어느 쪽}? /
            {무설탕|뜨개질|매일 올리기} <day>일차 / {못 참겠다|드디어|또|아 진짜|안녕|말도 안 돼|웃겨|미안|최고}
            / {할머니는|동생은|옆집은} 몰라요 / {친구|지각하는 친구} 태그해 / 평범한 {화요일|일요일} / {왼쪽
            오른쪽|흰색 검은색} 뭐가 나아? / 저장 필수 / 울 뻔했다""",
        "song": """이 노래 {계속 듣는 중|새벽 <hour>시에 듣기} / <title> 하루 종일 / <artist> 좋아하는 사람? / 이
            음악 써 주세요""",
        "food": """{초간단|할머니|재료 세 개} 레시피 / {떡볶이|김밥|라면|전} {10분 완성|집에서 만들기} / {매운맛
            순한맛|찍먹 부먹}? / 오늘의 도시락 / 하루 식단 / 또 태웠다""",
        "pet": """{우리 강아지|우리 고양이|앵무새} {매일 이래요|다 봤다} / {두부|호두|보리|콩이} 인사드려요 /
            누가 {슬리퍼|빵} 먹었어? / 가족 된 지 <n>주""",
        "dance": """{첫 번째|열 번째} 도전 / 엄마도 같이 / 누가 알려줘 / 부엌에서 연습 중""",
        "outfit": """뭐 {입을까|살까}? / {오늘|하객|데이트} 코디 / 전부 빈티지 / 같이 준비해요 / 앞머리 망했다""",
        "sport": """{러닝|턱걸이|홈트} <day>일차 / {골 장면|신기록} / 졌지만 잘 싸웠다 / 새벽 운동""",
        "study": """같이 공부해요 / {시험|수능|졸업}까지 <n>일 / 알고 있었어? / 올해 <n>번째 책""",
        "travel": """{아무도 모르는|나만 알고 싶은} {바다|카페|골목} / 기차로 <n>시간 / 옥상 노을 / 여기서 살고
            싶다""",
        "home": """{방|부엌|낡은 의자} 전과 후 / 직접 {칠했다|만들었다|고쳤다} / 일요일 청소""",
        "love": """사귄 지 <n>년 / 유치원 때부터 친구 / {엄마|아빠} 깜짝 선물 / 보고 싶다""",
        "music": """{어젯밤|옷장에서} {만든 노래|녹음} / 더 만들까? / {기타|피아노} <day>일차 / 커버해 봤어요""",
    },
    "ar": {
        "any": """{لما تنسى المفتاح|يوم الأحد الصبح|لما أمك تناديك باسمك الكامل} / الجزء <n> {|لأنكم
            طلبتوه|وللقصة بقية} / {انتظروا|شوفوا} النهاية / {مين مثلي|بس أنا|شو رأيكم|مين يتذكر}؟ / اليوم <day>
            {بدون سكر|من التحدي} / {مش قادر|يا ساتر|أخيرا|مرة ثانية|بدون تعليق|صباح الخير|عادي} /
            {جدتي|أخوي|جارتنا} ما تدري / منشن {صديقك|اللي دايم متأخر} / {نعم أو لا|يمين أو يسار}؟ / احفظ الفيديو""",
        "song": """هالأغنية {طول اليوم|الساعة <hour> الفجر} / <title> على التكرار / مين يسمع <artist>؟""",
        "food": """وصفة {سهلة|جدتي|بثلاث مكونات} / {كبسة|كشري|مقلوبة|كنافة} {على أصولها|بعشر دقايق} / {مع بصل أو
            بدون|حلو أو مالح}؟ / القهوة أولا""",
        "pet": """{كلبي|قطتي|الببغاء} {صاحب البيت|شاف كل شي} / سلموا على {مشمش|لوز|فستق} / مين أكل {الخبز|حذائي}؟""",
        "dance": """المحاولة {الأولى|العاشرة} / أمي شاركت / مين يعلمني؟""",
        "outfit": """أي واحد {ألبس|أحلى}؟ / تجهزي معي / إطلالة {اليوم|العرس}""",
        "sport": """اليوم <day> {جري|تمرين} / {يا له من هدف|رقم جديد} / بدون أعذار""",
        "study": """ادرس معي / باقي {3|5|7|9} أيام على {الامتحان|التخرج} / كنتوا تعرفوا؟""",
        "travel": """{بحر|مكان|شارع} ما حد يعرفه / غروب {من السطح|على البحر} / رجعوني هناك""",
        "home": """قبل وبعد: {غرفتي|المطبخ} / {صبغتها|سويتها} بنفسي""",
        "love": """{ثلاث|خمس|سبع} سنوات مع بعض / قالت نعم / مفاجأة {لأمي|لأبوي} / اشتقت لك""",
        "music": """{كتبتها|سجلتها} الليلة / أكملها؟ / اليوم <day> {عود|بيانو}""",
    },
    "hi": {
        "any": """POV: {Monday subah|chaabi ghar pe reh gayi|mummy ne poora naam liya|net khatam} / part <n>
            {|aap ne maanga tha|abhi baaki hai} / end tak {dekho|ruko} / {kaun kaun aisa hai|sirf main hi|aap kya
            karte|kisko yaad hai}? / day <day> {bina cheeni ke|jab tak ho na jaye} / {bas yaar|kya baat hai|phir
            se|chalo|arre|sorry mummy|hello ji|maza aa gaya|aur kya} / {dadi|bhai|padosan} ko mat batana / tag
            karo {apne dost ko|jo hamesha late ho} / {अंत तक देखो|बस यही|फिर से|क्या बात है|मज़ा आ गया|कौन कौन है
            ऐसा?|भाग <n>|दिन <day>|माँ को मत बताना} / {haan ya naa|left ya right}? / save kar lo""",
        "song": """yeh gaana {dil le gaya|raat ke <hour> baje} / <title> {on loop|sunte sunte} / <artist> ke
            fans? / यह गाना बार बार""",
        "food": """{dadi ki|easy|teen cheezon wali} recipe / {poha|rajma chawal|dosa|chai|momos} {ghar jaisa|das
            minute mein} / {meetha ya teekha|adrak ya elaichi}? / पहले चाय / aaj ka tiffin""",
        "pet": """{mera dog|meri billi|tota} {ghar ka boss hai|ne sab dekha} / milo {Motu|Laddoo|Chutki} se /
            {chappal|roti} kisne khayi?""",
        "dance": """{pehli|dasvi} koshish / mummy bhi {naachi|aa gayi} / kitchen rehearsal / koi sikha do""",
        "outfit": """kaunsa {pehnu|better hai}? / ready with me {for shaadi|for college|} / shaadi look / आज का
            लुक""",
        "sport": """day <day> {running|gym|push-ups} / kya {shot|catch|goal} tha / naya record / gully cricket""",
        "study": """padho mere saath / exam mein <n> din / kya aap jaante the? / jab sir bole {surprise
            test|group project} / पढ़ाई शुरू""",
        "travel": """{pahaad|samundar|gaon} jahan koi nahi jaata / train mein <n> ghante / suraj {chhat se|nadi
            pe} / wapas le chalo""",
        "home": """pehle aur baad: {kamra|rasoi} / khud {banaya|rang kiya} / Sunday safai""",
        "love": """<n> saal {saath|hum} / usne haan kaha / {mummy|papa} ko surprise / yaad aati hai""",
        "music": """{kal raat|almari mein} {likha|record kiya} / poora karun? / guitar day <day> / cover, pyaar
            dena""",
    },
}

PHRASES = {"en": ENGLISH} | OTHERS
#: what the app writes before an answer
REPLIES = {
    "en": "Reply to <handle>", "es": "Responder a <handle>", "pt": "Responder <handle>",
    "id": "Membalas <handle>", "de": "Antwort auf <handle>", "fr": "Répondre à <handle>",
    "it": "Rispondi a <handle>", "pl": "Odpowiedź do <handle>", "nl": "Reageren op <handle>",
    "tr": "<handle> adlı kişiye yanıt", "ru": "Ответ <handle>", "uk": "Відповідь <handle>",
    "ja": "<handle> さんに返信", "ko": "<handle> 님에게 답장", "ar": "الرد على <handle>",
    "hi": "Reply to <handle>",
}  # fmt: skip

#: what a topic is tagged with, in any language
TOPIC_TAGS = {
    "food": "food foodie recipe cooking baking easyrecipe homemade whatieat lunch kitchen streetfood vegan",
    "pet": "dog cat puppy kitten petlife dogsoftheweek catmom rescue parrot animals cute hamster",
    "dance": "dance choreo dancer dancechallenge dancers moves shuffle hiphopdance ballet footwork",
    "outfit": "outfit ootd grwm fashion thrift style hair nails makeup outfitcheck glowup vintage",
    "sport": "fitness gym workout running football soccer calisthenics skate basketball legday cricket boxing yoga",
    "study": "study studywithme school exam book booktok teacher notes college science math",
    "travel": "travel nature sunset beach hiking roadtrip vanlife train views summer city mountains",
    "home": "diy home garden plants cleaning crafts makeover roomtour pottery knitting handmade smallbusiness",
    "love": "love couple bestfriends family mom relationship friends wedding siblings bff grandma dadlife",
    "music": "music newmusic singer cover guitar songwriter beat producer piano unsigned indie vocals",
    "any": "comedy funny pov relatable storytime trend humor memes lol mood dayinmylife school work life aesthetic",
}
#: the tags that are to reach anybody, the most used first
REACH = "fyp foryou foryoupage fy viral trending xyzbca fypシ foryourpage viralvideo f blowthisup"
#: a language's own: to reach anybody, and of the topics
OWN_TAGS = {
    "en": """any: foryou foryoupage relatable duet greenscreen trythis fypage bored edit transition slowmo
        satisfying asmr xyzabc reallife sunday throwback storytime wholesome oddlysatisfying chaos / home:
        cottagecore / food: mealprep snacktime""",
    "es": """any: parati fypシ humor viral comedia latinos paratii destacame risas amigos / food: receta cocina
        comida recetasfaciles / pet: perro gato mascotas perritos / dance: baile bailar coreografia / outfit:
        moda ropa maquillaje peinado / sport: futbol gimnasio entrenamiento correr / study: estudiar aprende
        escuela libros / travel: viajes playa viajar paisaje / home: hogar manualidades plantas limpieza / love:
        amor novios familia mejoresamigas / music: musica cancion guitarra canto""",
    "pt": """any: paravoce fy humor brasil viraliza comedia foryoubrasil risos meme / food: receita comida
        cozinha receitafacil / pet: cachorro gato pets doguinho / dance: danca dancinha coreografia passinho /
        outfit: moda look maquiagem cabelo arrumesecomigo / sport: futebol academia treino corrida / study:
        estudos vestibular livros aprenda / travel: viagem praia natureza trilha / home: casa artesanato plantas
        faxina / love: amor casal familia amizade / music: musica sertanejo violao cantora""",
    "id": """any: fyppp masukberanda beranda lucu viralindonesia xyzcba foryouindonesia wkwk receh / food: resep
        masak kuliner jajanan / pet: kucing anjing kucinglucu / dance: joget tari / outfit: ootdindo hijab makeup
        bajumurah / sport: bola olahraga lari / study: belajar kuliah ujian buku / travel: jalanjalan pantai
        liburan wisata / home: rumah tanaman berkebun / love: cinta keluarga sahabat bucin / music: musik lagu
        gitar nyanyi""",
    "de": """any: fürdich foryoupagede deutsch lustig viral alltag humor / food: rezept kochen backen essen /
        pet: hund katze haustier / dance: tanzen tanz / outfit: mode haare schminken / sport: fußball training
        laufen sport / study: lernen schule abi bücher / travel: reisen urlaub natur wandern / home: garten
        wohnen putzen basteln / love: liebe familie freunde / music: musik lied gitarre""",
    "fr": """any: pourtoi fypfrance humour drole france pourtoii viralfr rire / food: recette cuisine
        recettefacile gouter / pet: chien chat animaux / dance: danse choregraphie / outfit: mode tenue
        maquillage coiffure / sport: foot muscu course / study: bac revisions ecole livre / travel: voyage plage
        nature randonnee / home: maison deco jardin menage / love: amour couple famille copines / music: musique
        chanson chant guitare""",
    "it": """any: perte neiperte ridere italia virale comico perteee / food: ricetta cucina ricettefacili / pet:
        cane gatto animali / dance: ballo danza / outfit: moda trucco capelli / sport: calcio palestra corsa /
        study: scuola studiare libri maturita / travel: viaggio mare montagna / home: casa giardino pulizie /
        love: amore famiglia amiche / music: musica canzone chitarra""",
    "pl": """any: dlaciebie dlaciebiebie polska smieszne viralpolska dc humor / food: przepis gotowanie jedzenie
        / pet: pies kot zwierzeta / dance: taniec / outfit: moda stylizacja makijaz / sport: silownia bieganie
        pilka / study: nauka matura szkola ksiazki / travel: podroze gory morze / home: dom ogrod sprzatanie /
        love: milosc rodzina / music: muzyka piosenka gitara""",
    "nl": """any: voorjou voorjoupagina nederland vjp grappig belgie / food: recept koken bakken / pet: hond kat
        / dance: dansen / outfit: mode haar / sport: voetbal sportschool hardlopen / study: school leren examen /
        travel: reizen strand fietsen / home: huis tuin kringloop / love: liefde vriendinnen gezin / music:
        muziek liedje zingen""",
    "tr": """any: keşfet keşfetteyiz öneçıkar kesfet komik türkiye beniöneçıkart / food: tarif yemek mutfak /
        pet: kedi köpek / dance: dans halay / outfit: kombin moda makyaj / sport: futbol spor antrenman / study:
        ders okul sınav kitap / travel: gezi deniz doğa / home: ev temizlik bitki / love: aşk aile kanka / music:
        müzik şarkı gitar""",
    "ru": """any: рек рекомендации хочуврек врек юмор жиза топ прикол / food: рецепт еда готовим вкусно / pet:
        кот собака питомец / dance: танцы танец / outfit: мода стиль макияж / sport: спорт футбол тренировка /
        study: учеба школа егэ книги / travel: путешествия море природа / home: дом уборка своимируками / love:
        любовь семья подруги / music: музыка песня гитара кавер""",
    "uk": """any: рекомендації україна рек гумор хочуврек / food: рецепт їжа / pet: кіт песик / dance: танці /
        outfit: стиль мода / sport: спорт футбол / study: навчання школа книги / travel: подорожі карпати / home:
        дім затишок / love: кохання родина / music: музика пісня""",
    "ja": """any: おすすめ おすすめにのりたい fypシ バズれ 運営さん大好き あるある 日常 笑える / food: レシピ
        料理 お弁当 簡単レシピ / pet: 犬 猫 ねこのいる生活 柴犬 / dance: 踊ってみた ダンス / outfit: コーデ 古着
        メイク ヘアアレンジ / sport: サッカー 筋トレ 部活 野球 / study: 勉強 受験生 高校生 読書 / travel: 旅行 海
        温泉 夕日 / home: 部屋 掃除 手作り / love: カップル 親友 家族 / music: 弾き語り 歌ってみた 音楽 ギター""",
    "ko": """any: 추천 추천떠라 일상 웃긴영상 공감 유머 / food: 레시피 먹방 요리 도시락 / pet: 강아지 고양이
        반려동물 / dance: 댄스 춤 커버댄스 / outfit: 코디 메이크업 데일리룩 / sport: 축구 운동 홈트 / study: 공부
        수능 고3 책 / travel: 여행 바다 노을 / home: 방꾸미기 청소 인테리어 / love: 커플 친구 가족 / music: 노래
        커버 기타 음악""",
    "ar": """any: اكسبلور مصر ضحك فولو لايك ترند / food: طبخ وصفات اكل / pet: قطط كلاب / dance: رقص دبكة /
        outfit: موضة مكياج / sport: كرة_القدم رياضة / study: دراسة مدرسة / travel: سفر بحر / home: ديكور بيت /
        love: حب عائلة / music: موسيقى اغاني عود""",
    "hi": """any: foryou india viralvideo desi comedy हिंदी bharat funnyvideo / food: recipe chai khana deshikhana
        / pet: doglover billi / dance: nritya garba bhangra / outfit: saree desilook mehndi / sport: cricket
        kabaddi gully / study: padhai boardexam resultday / travel: pahadi yatra / home: ghar rangoli / love:
        pyaar dosti shaadi / music: gaana sangeet tabla""",
}
#: what rarer tags are made of: a topic's tag and one of these, or one of these and a name
ENDS = "tok life time vibes challenge tips day daily love lover club world check goals 2026 addict community hacks"
TEAMS = "team team its hey with"

#: signs that people set, by topic
EMOJI = {
    "any": "😂 😭 🔥 ✨ 💀 🥺 😅 🤣 👀 ❤️ 🙈 😳 🤡 🙃 💔 🫶 🤷🏻‍♀️ 🙏 😍 👏 🥲 🤔 💕 😎 ‼️ ⬇️ 🤍 💅 👇",
    "food": "😋 🍝 🍜 🥐 🌮 🍪 🍰 🥟 👩‍🍳 👨🏽‍🍳 🤤 🍓 ☕",
    "pet": "🐶 🐱 🐾 🐹 🦜 😻 🐕 🥹 🙀",
    "dance": "💃 🕺 🔥 😅 👯‍♀️ ✨",
    "outfit": "👗 💅 ✨ 💄 👠 🧥 🛍️ 😍",
    "sport": "💪 🏋️‍♀️ ⚽ 🏀 🏃‍♂️ 🥵 🏆 💪🏽 🛹 🔥",
    "study": "📚 ✏️ 🤓 😩 🧠 📖 🎓 ☕",
    "travel": "🌅 🌊 ✈️ 🏝️ 🌄 🚆 ⛰️ 🌴 📍 🧳",
    "home": "🏡 🌿 🪴 🔨 🧹 🧶 🎨 😌",
    "love": "❤️ 🥰 💍 👩‍❤️‍👨 🏳️‍🌈 👯 💞 👨‍👩‍👧 🫶",
    "music": "🎶 🎸 🎤 🎹 🎵 🥁 🎧 🔥",
}
