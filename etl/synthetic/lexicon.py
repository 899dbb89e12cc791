"""The words of invented titles and names: lists of words with blanks between them, and phrases with slashes.

Languages go by their ISO 639-1 codes.
"""

#: English nouns whose plural is regular
NOUNS = """acorn airport alarm album alibi alley allotment almanac anchor antenna anthem apricot aquarium arcade
    arrow artery atlas attic avenue avocado backpack badger bakery balcony balloon bandage banner barge barn
    basement basin battery bayou bazaar beacon beetle bell bicycle billboard biscuit blanket blizzard blossom
    blueprint boathouse bobbin bonfire border bottle boulder boulevard bracelet branch breeze brick bridge bruise
    bucket buoy button cabin cactus cage calendar camera canal candle canyon caravan cardigan carousel carpet
    cartridge cascade cassette castle cathedral causeway ceiling cellar chandelier chapel charm chimney cigarette
    cinder cinema circuit clarinet clock cloud coast cobweb coin comet compass constellation corridor cottage
    cradle crane crater crayon creek crescent cricket crossing crow crown crystal cupboard curfew current curtain
    cyclone dagger dahlia daisy dandelion daydream deadline debt December delta desert detour devil diagram
    diamond diary dime diner dinosaur diploma disguise distance doorbell doorway dragon drawer driveway dune
    embassy ember empire engine envelope equator escalator estuary evening exit eyelash factory falcon feather
    fence fern ferry festival fever fiddle filament finch fireplace flag flamingo flashlight flicker flood flower
    fog footnote footprint forecast forest fossil fountain fox freckle freezer frequency frontier funfair galaxy
    garage garden garland gate gazebo ghost giant glacier glove goldfish goodbye grapevine greenhouse guitar
    gutter habit hailstorm hallway halo hammock handrail harbour harvest headlight heart heartbeat hedge
    helicopter heron hideout highway holiday honeymoon horizon hornet hotel hourglass hurricane iceberg icicle
    idol inkwell insect island jacket jaguar jetty jigsaw journal juggler jukebox jungle kaleidoscope kettle
    keyhole kingdom kiosk kitchen kite lagoon lamp lampshade lantern larder laser lawn league lemon letter
    library lighthouse lilac lion lizard lobby locket locomotive loop lullaby lung lynx machine magnet magnolia
    mailbox mango mansion map marble margin marigold market marsh mattress maze meadow melody memory mermaid
    meteor metronome midnight mill minute mirage mirror mistake mitten monsoon monument moon morning mosquito
    motel moth motor mountain mural muscle museum nail napkin nebula necklace needle neighbour nettle nickel
    nightingale nobody notebook November oasis oath ocean October odometer olive omen onion opal opera orbit
    orchard orchid origami ornament outpost oven overcoat owl oyster paddle pageant palace panther paper
    parachute parade paradox parking parrot passenger passport pavement peach pearl pebble pelican pendulum penny
    peony pepper petal phantom photograph piano pier pigeon pillow pilot pinwheel planet plateau playground plum
    pocket poem pond pony porch portrait postcard prairie prayer prism promise puddle pulse pumpkin puppet puzzle
    pyramid quarry quarter question quilt rabbit radar radiator radio raft railway rain rainbow raven receipt
    refrigerator relic remedy reservoir revolver ribbon riddle ridge ripple river robot rocket rooftop room
    rooster rope rosary rose rumour runaway runner saddle sailor sandal sandcastle satellite sawmill scar
    scarecrow scarf season secret semaphore September shadow shelter shepherd shipwreck shore shoulder sidewalk
    signal silence siren skeleton skyline sleeper slipper snail snowflake socket soldier souvenir sparrow
    spectrum spider spiral splinter spoon spotlight spring stairwell staple starling station statue steeple
    stereo stone storm stove stranger strawberry streetlight string submarine subway suitcase summer sundial
    sunflower supper surgeon swallow sweater swing symptom syrup table tambourine tangerine target tattoo teacup
    telegram telephone television temple tenant tent terminal terrace thimble thorn thread threshold throne
    ticket tide tiger toaster tomorrow tonic torch tornado tower tramline trampoline transistor trapeze treehouse
    tremor trombone trouble tugboat tulip tunnel turbine turnip turnpike typewriter umbrella uncle undertow
    universe valley vampire veranda viaduct village vineyard violet violin visitor volcano voltage vowel waiter
    wallpaper walnut wardrobe warehouse warning washer waterfall wave weather weekend whale wheel whisper willow
    window windowsill winter wire witness wound wren yacht yard yearbook yesterday zebra zipper"""
ADJECTIVES = """absent accidental amber analog ancient animal anxious arctic artificial ashen awkward backward
    bare beautiful bitter blank blind blue borrowed brackish brave brazen brief bright brittle broken bronze
    burning careful careless cautious cheap clean clear clever clumsy coastal cold common concrete copper coral
    cosmic costly counterfeit crimson crooked cruel crystal curious damp dangerous dark dear deep delicate
    distant dizzy double downstairs drowsy dry dull dusty early eastern easy eighth elastic electric elegant
    empty enormous eternal even evergreen expensive faded faint fair faithful familiar famous fancy faraway
    feathered feral fifth final fluorescent folded foolish foreign forgotten formal fragile frequent frozen funny
    fuzzy gentle gilded glad glass golden good graceful grand green grey guilty half happy harmless hasty haunted
    heavy hidden high hollow holy homemade honest horizontal hungry idle illegal imaginary impatient impossible
    indigo indoor infinite inland innocent invisible jealous jolly juniper kind late lazy leaky lean leftover
    liquid little lonely long loose lopsided lost loud lovely low lucid lucky lunar magnetic maroon mechanical
    medium mild minor modern modest molten muddy mute naive naked narrow native neat nervous new nineteenth noble
    nocturnal northern numb obvious odd old open orange ordinary overdue pale parallel passing patient peculiar
    perfect permanent pink plain plastic pleasant polar polite poor portable possible precious private proper
    public purple quick quiet quilted random rare raw ready reckless red remote restless rich ripe roaming
    romantic rough royal rusty sacred sad salted scarlet second secondhand sentimental serious seventh shallow
    sharp shiny short shy silent silver simple sincere sixth sleepless slender slippery slow small smoky soft
    solar solemn solid sour southern spare sparkling special speechless square stainless static steady steep
    stiff still stolen strange stray stubborn sudden sunken super sweet swift synthetic tall tame tangled
    temporary tender terrible thin third thirsty tidal tin tiny tired topaz total translucent tropical true
    turquoise twelfth twin ugly uncommon underground underwater uneven unfinished unlikely unlit unsent unusual
    upper upstairs useless vacant vague vain velvet vermilion vertical vintage violet visible vivid wandering
    warm weary weightless western wet white whole wicked wide wild windy winged wireless wise wonderful wooden
    woolen wounded yellow young"""
#: what one does without an object
ALONE = """answer arrive ascend awake bend blink bloom blush boil bounce breathe burn change cheat cling collapse
    cough crash crawl cry dance descend disappear dissolve dive doubt dream drift drown exhale explode fade faint
    fall fight flicker float fly forget freeze gamble gather glide glow grieve grow hesitate hibernate hide
    hitchhike howl improvise kneel land laugh lean leave levitate lie linger listen melt migrate orbit panic pray
    pretend quit rehearse remain return rewind rust shine shiver sing sink sleep sleepwalk slip smile spin stall
    stay stumble surrender sway swim tremble unravel vanish wait wake walk wander whisper whistle wilt wonder
    yawn"""
#: what one does to somebody or something
TO = """ask blame bless borrow break bring bury call carry catch chase colour copy count cover cross defend deny
    draw drive fold follow forgive free haunt heal hear hold hurry invite keep kiss know learn leave lift lose
    love mend miss mourn name need outrun paint pay phone postpone read remember rescue ruin save sell send shake
    slow steal teach tell thank trade translate trust understand undo unlearn want warn wash watch write"""
PLACES = """Almarey / Aldwick / Andoria / Bellmoor / Brannock / Calder Point / Calvera / Carrowmere / Costa
    Marfil / Dunmarrow / East Orrin / Elmira Bay / Fennmouth / Glassport / Halverra / Harrow Creek / Heronsby /
    Isla Morena / Kestrel Row / Kirkholm / Lake Ondine / Larkhaven / Linden Square / Lower Vesper / Marisol /
    Minora / Moss Street / New Averil / North Quay / Novy Most / Oakhollow / Old Merrow / Ostermark / Palma Chica
    / Penhallow / Pine Hollow / Porto Lume / Quayside / Red Mesa / Rua da Lua / Saltmarsh / San Orfeo / Santa
    Brisa / Skagafell / South Tarn / Stillwater / Tamarind / Terra Fria / Thornby / Torvik / Upper Kettle /
    Valdoro / Vester / Wexmoor / Whitlow / Willowbank / Yarrow Hill / Zelenograd Sad"""
#: words of a title that stay small
SMALL = "a an and as at but by for from if in into is it nor of on or than the to with"
INSTRUMENTS = "piano cello viola oboe harp strings guitar bassoon tape marimba horn flute harmonium"
KEYS = "C D E♭ E F F♯ G A♭ A B♭ B"
MOODS = """algebra anatomy apology astronomy autopilot barley bravery burnout chemistry clarity concrete confetti
    courage curiosity daybreak daylight delirium denial dopamine driftwood dusk electricity entropy envy euphoria
    everything evidence faith feedback fiction forever forgiveness freefall friction gasoline geometry glitter
    gossip granite gravel gravity grief groceries gymnastics happiness hindsight homework honesty hunger hypnosis
    inertia insomnia intuition ivory jasmine jetlag joy karma laughter laundry lavender limbo limestone lipstick
    longing luck magic malaria mercy mischief momentum money moonlight nectar neon neverland nonsense nostalgia
    nothing oblivion oxygen patience payday perfume permission petrol placebo plaster pollen powder propaganda
    rhythm romance salt saturation serenity silk smoke sugar sulphur sunlight symmetry tenderness thunder timber
    tinnitus trivia turbulence vapour velvet vertigo vitamins wanderlust water weightlessness whiskey wisdom"""

#: English titles by their kind; a noun may be anything, so that none of them can be said of one song alone
WORDS = """<noun> / <noun> / <adj> / <mood> / <mood> / <ing> / <place> / <girl> / <nouns> / <coined>"""
PAIRS = """<adj> <noun> / <adj> <noun> / <adj> <noun> / <adj> <nouns> / <noun> <noun> / <adj> <mood> / <ing>
    <nouns> / <girl>'s <noun> / <noun> & <noun> / <noun> and <noun> / <mood> <noun> / no <noun> / my <noun> /
    <noun> song / <noun> {blues|waltz|tango|rag|dub|serenade|hymn|boogie|theme|suite} / <alone>
    {slow|again|twice|harder|with me} / <adj>, <adj> / <place> {nights|skyline|rain|line|express|'<nn>} /
    {hello|goodbye|dear|sweet|oh,|hey} <girl> / <to> me / <to> it / <noun>
    {season|weather|days|city|club|party|talk|heart}"""
SENTENCES = """a <noun> in {June|the hallway|your hands|a storm|my coat} / all my <nouns> / all the <adj> <nouns>
    / almost <adj> / always the <noun> / another <noun> / are you <ing>? / as <adj> as you / as if we <alone> /
    ask the <noun> / at the <noun> / back to <place> / be my <noun> / before the <noun> / before you <alone> /
    better <adj> than <adj> / can we <alone>? / can you <to> me? / come <alone> with me / come home, <boy> / come
    over, <girl> / dear <girl>, / did you <to> him? / do <nouns> <alone>? / do you still <alone>? / don't <alone>
    / don't <to> me / don't <to> the <noun> / down in <place> / even <nouns> <alone> / every <noun> I own /
    everybody <alone> / everything is <adj> / for <boy> / for the <adj> ones / from <place> / from your <noun> /
    give me the <noun> / give <boy> the <noun> / go tell the <noun> / half a <noun> / he never liked <nouns> /
    here comes the <noun> / home by <mood> / how <nouns> <alone> / how to <alone> / how to <to> a <noun> / how
    was <place>? / I am the <noun> / I <to> you / I can't <alone> / I forgot your <noun> / I just <alone> / I
    knew a <noun> / I might <alone> / I only <to> you / I owe you a <noun> / I saw <place> / I used to <alone> /
    I was a <noun> / I'd rather <alone> / if I were a <noun> / if <nouns> could talk / if we <alone> / in <boy>'s
    <noun> / in my <adj> mind / in praise of <mood> / in <place> / into the <noun> / is it <adj> yet? / is that
    your <noun>? / it isn't <adj> / it rained in <place> / it's <adj> out there / just a <noun> / keep your
    <noun> / last <noun> home / last night in <place> / leave the <noun> on / learning to <alone> / less <noun> /
    let it <alone> / let the <noun> in / let's <alone> / letter to <girl> / like a <noun> / look what the <noun>
    did / made of <mood> / make it <adj> / many <nouns> later / maybe <adj> / me and <boy> / meet me in <place> /
    more <mood>, please / more than <mood> / most <nouns> lie / my <adj> friend / my <noun> is <adj> / neither
    <noun> nor <noun> / never <alone> / next to <girl> / next year, <place> / nobody will <alone> / none of my
    <nouns> / not the <noun> / not your <noun> / notes on <mood> / nothing's <adj> / now <alone> / off to <place>
    / on a <adj> <noun> / on <mood> / once in <place> / one <adj> <noun> / only <nouns> know / our <adj> <noun> /
    out of <mood> / out of <nouns> / over <place> / quit <ing> / remember <place>? / rented <noun> / run, <boy>,
    run / save <boy> / send <nouns> / shall we <alone>? / she calls it <mood> / she drives a <noun> / since
    <girl> left / sing, <noun> / so <adj> / somebody's <noun> / sometimes I <alone> / songs for <nouns> / soon
    the <noun> / still <ing> / stop <ing> / take the <noun> / teach me to <alone> / tell <girl> / thank you,
    <noun> / that <adj> feeling / the <noun> / the <adj> <noun> / the <noun> inside / the day we <alone> / the
    trouble with <mood> / them <nouns> / then you <alone> / there is a <noun> / these <nouns> / they <alone> /
    this <noun> / this is not a <noun> / this side of <place> / those <adj> years / to <alone> / to the <noun> /
    tonight we <alone> / too <adj> to <alone> / too many <nouns> / towards <mood> / under a <adj> <noun> / until
    we <alone> / up the <noun> / wait for <boy> / we <alone> / we are <nouns> / we could <alone> / we had a
    <noun> / we were <adj> / well, <alone> then / what a <noun> / what the <noun> knew / what will you <to>? /
    what would <girl> do? / what's a <noun>? / when I <alone> / when <nouns> <alone> / where are my <nouns>? /
    where the <nouns> are / while you <alone> / who will <alone>? / who's <adj> now? / whose <noun> is this? /
    why <alone>? / why so <adj>? / with <mood> / with <nouns> / without a <noun> / yes, <alone> / yet <adj> / you
    <alone> like me / you and your <noun> / you are <adj> / you forgot <place> / you look <adj> / you said <mood>
    / your <noun> / your <adj> <noun> / your mother's <noun>"""
NUMBERED = """<n> <nouns> / <n> <nouns> / {1|2|3|4|5|6|7|9|11}:{05|11|18|23|34|42|47|56} {a.m.|p.m.|on a <noun>|}
    / <noun> no. <n> / <noun> {I|II|III|IV|V|VI} / chapter <n> / room <nn> / {19|20}<nn> /
    {Monday|Tuesday|Friday|Sunday}, <n> a.m. / <mood> 10<n> / <n> ways to <alone> / floor <n> / <n> miles to
    <place> / exit <nn> / <nn> days / take <n> / <place>, '{68|72|79|84|91|97} / +<nn> / day <n> / <n> more
    <nouns> / one <noun>, <n> <nouns>"""
FORMS = """{Prelude|Étude|Nocturne|Fugue|Sonata|Impromptu|Invention|Rondo|Toccata|Bagatelle|Mazurka} {in
    <key>|no. <n>} / {Quartet|Quintet|Trio|Septet} no. <n>{|: Adagio|: Allegro|: Vivace} / Variations on a <noun>
    / Study in <adj> / {Adagio|Largo|Andante|Scherzo} for <instrument>{| and <instrument>} / Suite for <nouns>:
    {I|II|III|IV} / Concerto in <key> / {Drone|Field|Tape|Piece} <n> / Untitled {<n>|(<noun>)} / improvisation,
    <place>"""
NETTED = """<noun>_<nn> / <noun>.wav / <noun>.exe / <noun>4<noun> / <noun> / <adj>boy / <noun>girl <3 / w<noun>w
    / <noun>core / <noun>wave / v<n>: <noun> / <noun>~ / *<alone>* / rip my <noun> / idk, <adj> / u & the <noun>
    / dnd (<mood>) / <noun>!! / <alone>/<alone> / ur <noun> / [<noun>] / <noun> type beat / xX<noun>Xx / brb,
    <ing>"""
ASIDES = """(interlude) / (intro) / (demo) / (acoustic) / (reprise) / (for <girl>) / (<noun>) / (the <noun>) / (I
    <alone>) / (<alone>) / pt. <n> / (outro) / (skit) / (edit) / [VIP] / (<place>) / (<boy>'s version) / (home
    recording) / (<mood>)"""
#: titles in other languages, whose words agree within each slot
ABROAD = {
    "es": """{corazón|otoño|jardín|niño|cometa|verano} {dormido|perdido|de papel|sin nombre|azul|lejano} /
        {canción|luna|sirena|noche|lluvia|ventana} {pequeña|perdida|de abril|sin ti|amarilla|vacía} / no me
        {llames|olvides|esperes|mires|sueltes} {más|así|todavía|hoy} / ¿{quién|cuándo|dónde|por qué}
        {llama|vuelve|baila|canta}? / la {cumbia|rumba|bachata} de {<girl>|la luna|los trenes|mi barrio} /
        {mañana|otra vez|a veces|casi} {te espero|llueve|me voy|bailamos} / {sal|pan|miel|sombra|arena} y
        {ceniza|limón|fuego|viento} / {tres|siete|cien} {cartas|noches|mentiras|primaveras}""",
    "pt": """{saudade|chuva|janela|varanda|maré|madrugada} {de março|no quintal|da minha mãe|que não vem|à toa} /
        eu não {volto|danço|espero|durmo} mais / {ainda|hoje eu} {volto|danço|espero} {sem você|amanhã|aqui} /
        {coração|verão|barco|sertão|quintal} {de vidro|sozinho|azul|sem dono|vazio} / {samba|baião|forró|bossa}
        {do adeus|pra <girl>|sem pressa|da esquina} / me {leva|espera|chama|ensina} {de volta|no portão|por
        favor|devagar} / cadê {você|meu violão|o mar|a lua}?""",
    "fr": """{été|hiver|soleil|café|boulevard|manège} {oublié|d'octobre|sans toi|de minuit|fragile} /
        {fenêtre|forêt|étoile|rivière|théière|valise} {bleue|légère|cachée|de papier|perdue} / {je ne|on ne}
        {danse|rentre|rêve|pleure} {pas|plus|jamais} / {la fille|le chat|le garçon|la voix} {du phare|d'en
        face|des marées|sans parapluie} / où {vont|dorment} {les trains|nos étés|les hérons}{ ?|} /
        {chère|pauvre|petite} {<girl>|folie|planète} / {un peu|trop|encore} {tard|loin|de pluie|de toi}""",
    "de": """{müde|späte|grüne|große|übrige|leise} {Brücken|Träume|Gärten|Züge|Lügen|Küsse} / {kein|mein|dein}
        {Bahnhof|Regen|Sommer|Fahrrad|Königreich} {mehr|in Blau|ohne dich|aus Papier} / {ich bleibe|du
        bleibst|wir bleiben} {wach|hier|noch} / {nachts|sonntags|wieder|nie mehr} {allein|im Kino|ans Meer|nach
        Hause} / {über|unter|hinter} den {Dächern|Wolken|Straßen|Bäumen} / {Salz|Staub|Licht|Glas} und
        {Wärme|Asche|Rauch|Blei} / wo {schläft|wohnt} {die Nacht|der Mond|<girl>}?""",
    "it": """{luna|notte|stazione|bicicletta|lettera} {storta|di maggio|gialla|lontana|senza te} /
        {treno|mare|cuore|balcone|gelato} {perduto|d'inverno|di carta|notturno} / non {torno|ballo|dormo|piove}
        {più|ancora} / {forse|domani} {torno|ballo|dormo} {da te|in città|con te} / {perché|quando|dove}
        {ridi|parti|canti}? / {due|cento|mille} {bugie|domeniche|lucciole} / {città|libertà|felicità}
        {invisibile|in saldo|d'agosto} / {dimmi|scrivimi|aspettami} {tutto|piano|<girl>}""",
    "pl": """{cichy|zimny|daleki|papierowy} {wieczór|tramwaj|księżyc|dworzec|las} / {żółta|długa|ostatnia|cicha}
        {łódka|noc|wiosna|piosenka} / {nie|już|jeszcze} {śpię|wracam|tańczę|pamiętam} / {dokąd idziesz|kiedy
        śpiewasz|gdzie jesteś}? / {sól|mgła|cień} i {popiół|światło|miód}""",
    "tr": """{uzak|sessiz|kırık|yalnız|mavi} {şehir|gece|yağmur|liman|güneş} / {beni|seni|bizi}
        {unutma|bekle|ara|özle} / {nerede kaldın|neden sustun|kim güler}? / {köşede|yağmurda|gölgende} {bir
        akşam|üç yıl|uyudum} / {kâğıt|cam|gümüş} {kuşlar|gemi|kalp}""",
    "id": """{rindu|hujan|senja|kopi|surat} {bulan Juni|di beranda|terakhir|untukmu|tanpa nama} / jangan
        {pulang|pergi|lupa|tidur} {dulu|lagi|malam ini} / {belum|masih} {pulang|tidur|rindu} / {kapan|ke mana}
        kau {pulang|pergi}? / {lagu|cerita} {untuk <girl>|si bungsu|kecil|pasar malam}""",
    "ru": """{тихий|медный|зимний|бумажный|синий|чужой|далёкий} {фонарь|вокзал|ветер|чайник|трамвай|берег|сад} /
        {последняя|белая|летняя|пустая} {станция|ночь|гроза|комната} / {не|снова|просто} {звони|жди|танцуй|молчи}
        / {где|кто|зачем} {ты|мы|она}? / {соль|дым|мёд} и {пепел|снег|стекло} / {сто|семь|пять}
        {писем|дождей|шагов}""",
    "uk": """{тихий|синій|далекий|осінній} {вітер|дощ|вогник|трамвай} / {моя|твоя|остання}
        {вулиця|зима|пісня|зоря} / не {співай|чекай|спи}""",
    "ja": """{静かな|青い|遠い|紙の|真夜中の|七つの|忘れた|最後の|小さな}{灯台|果樹園|雨傘|路面電車|手紙|ラジオ
        |風船|月|海} / {さよなら|おはよう|ただいま|ねえ}、{灯台|金魚|夏|レモン|星屑} /
        {金魚|花火|雨|夜|透明}{日和|少女|列車|図鑑|通信} / {まだ|もう|きっと}{眠れない|帰らない|会えない|歌える}
        / {レモン|メロン|ソーダ|ネオン|パレード}{・|の}{シティ|ワルツ|月曜日|ゴースト}""",
    "ko": """{푸른|조용한|마지막|작은|하얀} {밤|정거장|편지|우산|계절|바다} / {너의|우리의|나의}
        {여름|이름|우주|오후} / {아직|다시|이제} {너를|기다려|여기} / {비|눈} {오는 날|내린 아침} / {별|꽃|달}
        같은 너""",
    "ar": """{ليل|شتاء|قمر|بحر} {بعيد|هادئ|قديم|من ورق} / يا {قمر|ليل|غريب|بحر} / أين {القمر|البحر|الطريق}؟ /
        {أغنية|رسالة|نافذة} {الصباح|صغيرة|زرقاء|المطر} / {لا تنس|لا تسأل|انتظر} {المطر|الطريق|قلبي}""",
    "hi": """{मेरी|तेरी|अधूरी|पहली} {शाम|बारिश|चिट्ठी|कहानी|गली} / {नीला|पुराना|काग़ज़ का} {चाँद|आसमान|शहर} / {फिर|अब|कब}
        {मिलेंगे|चलें|लौटोगे} / tere {bina|shehar mein|khwab|rang} / {dheere se|kabhi kabhi|phir mile}""",
}

#: (given names of women and of men, beginnings and ends of family names) by where a name is at home
PEOPLE = {
    "en": (
        """Abigail Ada Alice April Beth Bonnie Cara Daisy Edie Ella Esme Etta Faye Flora Georgia Hazel Holly
            Imogen Iris Ivy June Kayla Lila Lottie Mabel Maya Nell Nora Olive Paige Pearl Phoebe Quinn Rosa Ruby
            Sadie Tess Violet Willa Zoe""",
        """Abel Alfie Amos Archie Arlo Asa Barney Callum Casper Clem Dexter Eddie Elliot Ezra Felix Finn Frankie
            Gus Harvey Hugo Ira Jasper Jonah Kit Leo Levi Miles Milo Ned Noah Oscar Otis Percy Reuben Rory Silas
            Theo Toby Wes Zack""",
        """Ald Ash Bell Black Bram Brock Cald Corn Crave Dun Eld Fair Fen Gar Green Had Hart Hawk Holl Kel Lang
            Long Mar Mead Mill Nor Oak Pem Pen Quill Red Rook Sand Sel Stan Thorn Tram Under Wal Wem Whit Wick
            Win Wood Yar""",
        """bury by croft dale den field ford ham ington ley low man mere more nell over rick row sey shaw son
            stead ton well wick worth""",
    ),
    "es": (
        """Abril Alma Belén Camila Carmen Catalina Dulce Elena Emilia Inés Isabela Jimena Lola Lucía Luna Marisol
            Martina Nieves Paloma Pilar Renata Rocío Sofía Valentina Ximena""",
        """Adrián Álvaro Andrés Bruno Diego Emiliano Fabián Gael Iván Joaquín Julián Lázaro Lucho Mateo Nicolás
            Óscar Pablo Rafa Ramiro Rodrigo Santi Simón Tomás Vicente""",
        """Alba Arro Barra Bel Carra Cor Este Fuen Gala Herre Lar Mala Men Monta Navarre Olva Peral Quin Ribe
            Sala Torre Vala Ver Zamo""",
        """bal cruz da dero do dez jo llo mar monte nes nto quez ra rena rez rillo rra tes ño""",
    ),
    "pt": (
        """Aline Bia Bruna Caetana Carol Clarice Duda Fernanda Gabi Helena Íris Joana Juju Lara Letícia Lígia
            Luana Manu Marina Rafaela Tainá Thaís Vitória Yasmin""",
        """Breno Caio Cauê Davi Dudu Enzo Felipe Gui Heitor Igor João Juca Kauã Léo Luan Marcelo Nando Otávio
            Pedro Rian Tiago Vini Vítor Zeca""",
        """Alme Arau Azeve Barro Bele Cam Car Cor Fari Figue Gou Lin Maga Mene Mou Nasci Oli Pache Quei Ramal
            Sampa Taba Vila Xavi""",
        """beira da des do galo haes is lho los lves mento na nho ra reira ro sa téu veira xoto""",
    ),
    "fr": (
        """Agathe Aline Amélie Anaïs Capucine Céleste Chloé Clémence Coralie Élodie Églantine Fanny Inès Jade
            Léonie Lison Louise Manon Margaux Océane Romane Solène Zélie""",
        """Antonin Aurélien Bastien Baptiste Cédric Étienne Florian Gaspard Gaétan Hippolyte Jules Léandre Lucien
            Marius Maxence Noé Octave Quentin Rémi Sacha Théo Ulysse Yann""",
        """Ar Beau Ber Bon Bou Cha Clair Cour Del Du Fon Gar Ger Lam Lan Mar Mon Mou Per Ro Sau Tour Val Ver""",
        """bert cel champ chet court din dois gny lier lin mont neau net nier pelle pin quet ret rin rois seau
            tier vigne ville""",
    ),
    "de": (
        """Alma Anke Antje Clara Edda Elif Emma Frieda Greta Hannah Heidi Ida Inga Jana Johanna Leni Liesl Lotte
            Mathilda Merle Nele Paula Romy Svenja Tilda Wiebke""",
        """Anton Bastian Bela Bruno Emil Falk Fiete Fritz Götz Hannes Henning Jannik Jörg Jonas Kai Karl Konrad
            Lasse Linus Ludwig Malte Moritz Ole Ruben Sven Till Uwe Veit""",
        """Acker Al Bach Berg Birn Blau Brand Buch Dorn Eich Falken Feld Frei Grün Hage Hirsch Kess Kirsch Kling
            Kron Linden Mühl Nord Ober Rosen Sand Stein Wald Wein Winter""",
        """au bach baum berg brink dorf er feld hagen hardt heim hoff horn huber mann meier ner rath reuter roth
            schmied stedt thal wald""",
    ),
    "it": (
        """Alba Alessia Bianca Camilla Chiara Elisa Fiamma Gaia Ginevra Giulia Ilaria Lia Livia Lucrezia Marta
            Mirella Noemi Ornella Rita Serena Viola""",
        """Achille Brando Carlo Dario Elio Enea Fabio Gino Ivo Lapo Leandro Luca Matteo Nico Orfeo Pietro Renzo
            Sandro Tito Ugo Zeno""",
        """Al Bal Bel Bor Cam Can Car Col Dal Fer Fior Gal Lam Mar Mon Nov Pal Per Ric Sal Tas Tor Val Ven""",
        """ani ati aro azzi elli ese etti icci illo ini oldi one oni osta otti ucci ussi""",
    ),
    "pl": (
        """Agata Ania Basia Dorota Ewa Gosia Hania Iga Jagoda Kasia Kinga Lena Maja Magda Ola Oliwia Róża Wanda
            Zofia Zuza""",
        """Adam Antek Bartek Błażej Borys Cezary Dawid Filip Franek Grzesiek Igor Jacek Kacper Kuba Leszek Marek
            Michał Olek Paweł Staś Szymon Tymek Wojtek""",
        """Bar Biel Bor Brzo Chmie Dąb Gło Gór Jabł Jawo Kaliń Kruk Kwiat Lip Maj Olsz Piel Rad Sokoł Świer Tar
            Wierz Zaj Żur""",
        """ak arz czak czyk ecki ek icz iński ko nik oń owicz owski ski szek ucha""",
    ),
    "tr": (
        """Aslı Aylin Ayşe Bahar Ceren Defne Deniz Ebru Ece Elif Gizem İpek Leyla Melis Naz Nehir Özge Selin Su
            Şeyma Yağmur Zeynep""",
        """Alp Arda Barış Berk Burak Can Cem Çağlar Efe Emre Eren Görkem Kaan Kerem Mert Onur Ozan Rüzgâr Sarp
            Tolga Umut Yiğit""",
        """Ak Al Ay Bey Boz Çak Çelik Dağ De Er Gök Gül İnce Kara Kay Kır Ok Öz Sarı Taş Tek Tunç Ulu Yıl""",
        """alp baş bulut can dağ demir er gül han kan kaya lı man maz mir oğlu soy taş tan türk yol""",
    ),
    "id": (
        """Ayu Bunga Citra Dewi Dinda Fitri Gita Indah Intan Kartika Laras Lestari Mawar Melati Nadia Putri Ratna
            Rina Sari Sekar Tiara Wulan""",
        """Adi Agus Arif Bagas Bayu Bima Budi Damar Dimas Eko Fajar Galih Gilang Hendra Iqbal Joko Krisna Raka
            Rangga Reza Surya Teguh Wahyu Yoga""",
        """Adi Bra Cakra Dharma Gun Hadi Har Kusu Laks Mahe Nata Nugra Pra Pur Raha Sapu Sasm Setia Su Susa Utom
            Wi Wira Yudha""",
        """bowo darma di hardi ja jaya kencana kusuma lana lim ma man mita nata ndra no nto pati ra santo sena
            tama to wan""",
    ),
    "ru": (
        """Аглая:aglaya Алина:alina Аня:anya Василиса:vasilisa Вера:vera Дарья:darya Ева:eva Женя:zhenya
            Злата:zlata Ира:ira Катя:katya Ксюша:ksyusha Лера:lera Маша:masha Настя:nastya Оля:olya Полина:polina
            Соня:sonya Таня:tanya Ульяна:ulyana""",
        """Антон:anton Артём:artem Боря:borya Глеб:gleb Данил:danil Егор:egor Захар:zakhar Илья:ilya
            Кирилл:kirill Костя:kostya Лёва:lyova Макар:makar Миша:misha Никита:nikita Паша:pasha Рома:roma
            Саша:sasha Тимур:timur Фёдор:fedor Юра:yura""",
        """Бар Бел Бор Вол Вер Гор Дуб Зар Зим Кал Клён Кор Лас Лун Мал Мор Ор Пол Рад Род Сав Сос Тал Тих Чер Яр""",
        """анин енко еев ейко ин инский кевич кин ков нов ов овец овский очкин ский унов ушко""",
    ),
    "uk": (
        """Богдана:bohdana Дарина:daryna Зоряна:zoriana Іванка:ivanka Катря:katria Леся:lesia Мар'яна:mariana
            Оксана:oksana Олеся:olesia Соломія:solomia Уляна:uliana Христя:khrystia Яринка:yarynka""",
        """Андрій:andrii Богдан:bohdan Данило:danylo Ігор:ihor Левко:levko Мар'ян:marian Назар:nazar Остап:ostap
            Петро:petro Роман:roman Тарас:taras Юрко:yurko""",
        """Бон Вер Гай Гор Дуб Зал Кал Кос Лев Мор Ост Пав Рад Сав Тим Чер Яв""",
        "дар енко ець ийко івський ич ко ник ук ура чак чук юк",
    ),
    "ja": (
        """あおい:aoi 彩花:ayaka ゆい:yui さくら:sakura 美月:mizuki りん:rin ひなた:hinata 千夏:chinatsu
            ことね:kotone まな:mana みお:mio なつき:natsuki 小春:koharu さき:saki しおり:shiori すず:suzu
            つむぎ:tsumugi ゆず:yuzu ユナ:yuna れいな:reina""",
        """蓮:ren 陽斗:haruto けんた:kenta そうた:sota だいき:daiki りく:riku ハル:haru ゆうま:yuma たくみ:takumi
            直樹:naoki 海斗:kaito しゅん:shun 亮:ryo つばさ:tsubasa 和真:kazuma いつき:itsuki そら:sora
            なおや:naoya""",
        """青:ao 石:ishi 今:ima 大:oo 岡:oka 金:kane 川:kawa 黒:kuro 小:ko 坂:saka 白:shira 杉:sugi 高:taka
            月:tsuki 中:naka 西:nishi 花:hana 深:fuka 星:hoshi 松:matsu 三:mi 柳:yanagi 若:waka""",
        """井:i 浦:ura 江:e 尾:o 木:ki 倉:kura 崎:saki 沢:sawa 島:shima 瀬:se 田:da 谷:tani 津:tsu 沼:numa 野:no
            葉:ba 原:hara 本:moto 町:machi 宮:miya 村:mura 森:mori""",
    ),
    "ko": (
        """지우:jiwoo 서연:seoyeon 하은:haeun 민서:minseo 유나:yuna 수아:sua 채원:chaewon 다인:dain 예린:yerin
            소율:soyul 나래:narae 보라:bora 은채:eunchae 하늘:haneul""",
        """민준:minjun 도윤:doyun 시우:siwoo 준호:junho 지호:jiho 현우:hyunwoo 건우:gunwoo 태윤:taeyun 은호:eunho
            성민:sungmin 우진:woojin 한결:hangyul 정우:jungwoo""",
        """강:kang 고:ko 구:koo 권:kwon 나:na 남:nam 노:noh 류:ryu 맹:maeng 문:moon 배:bae 서:seo 송:song 신:shin
            안:ahn 오:oh 윤:yoon 임:lim 장:jang 전:jeon 조:cho 차:cha 한:han 허:heo 황:hwang""",
        "",
    ),
    "ar": (
        """أمل:amal بسمة:basma جنى:jana دانة:dana رنا:rana ريم:reem سارة:sara سلمى:salma شهد:shahd فرح:farah
            لمى:lama ليلى:layla مريم:maryam نور:nour هند:hind ياسمين:yasmin""",
        """آدم:adam أنس:anas بدر:badr حسام:hossam خالد:khaled رامي:rami زياد:ziad سامي:sami طارق:tarek عمر:omar
            فارس:fares كريم:karim ماجد:majed نادر:nader هاني:hany يزن:yazan""",
        """البدر:albadr الجبل:aljabal الراعي:alraei الزهر:alzahr السالم:alsalem الصياد:alsayad العطار:alattar
            الفجر:alfajr القمر:alqamar الكاتب:alkateb المطر:almatar الموج:almawj النخيل:alnakhil الهلال:alhilal
            الوادي:alwadi""",
        "",
    ),
    "hi": (
        """Aarohi Aditi Ananya Avni Bhavna Charu Diya Gauri Ishita Jhanvi Kavya Kiran Meera Naina Nidhi Pooja
            Rhea Saanvi Tanvi दिव्या:divya नेहा:neha पूजा:pooja रिया:riya सिया:siya""",
        """Aarav Aditya Arjun Dev Dhruv Gaurav Harsh Ishaan Jai Kabir Karan Manav Nikhil Om Pranav Rohan Sahil
            Tejas Varun Yash अमन:aman रवि:ravi रोहित:rohit विवेक:vivek""",
        """Agni Bhan Chandra Dev Gan Hari Jal Kal Kesh Lal Mad Man Nar Pal Prab Raj Rath Sar Sur Tal Tri Var Vas
            Yam""",
        """an ani ara arkar das dev ekar esh gar har iya kar kumar mani nath om pal pur va vardhan wal wani""",
    ),
    "nl": (
        """Anouk Bregje Daan Eline Evi Fleur Femke Guusje Ilse Isa Jip Lieke Lotte Maartje Merel Noor Puck Roos
            Sanne Sterre Tess""",
        """Bas Bram Cas Daan Gijs Hidde Jelle Jesse Joris Koen Luuk Mees Niels Pim Rens Ruben Sem Sjoerd Stijn
            Teun Tijn Wout""",
        """Bak Beek Berk Boer Bos Broek Dijk Geel Haag Heuvel Hoek Kam Klaver Lind Meer Molen Oever Pol Riet
            Schaap Veen Water Wilg Zand""",
        """born burg dam dijk ers horst huis huizen inga kamp man meer mans ra sma sloot stra veld ven voort""",
    ),
}
#: artists' names from elsewhere, which no handles are made of
FURTHER = {
    "north": (
        """Åse Astrid Dagny Ebba Freja Gudrun Hanne Ingrid Kaisa Liv Maj Runa Saga Signe Siri Solveig Tove Tuva
            Ylva""",
        """Aksel Anders Arvid Bjarte Eirik Gunnar Håkon Ivar Jens Kasper Leif Magnus Nils Odd Pekka Ragnar Sindre
            Torbjörn Vidar""",
        """Berg Björk Dal Ek Fjell Grön Hav Holm Kvist Lind Lund Myr Nord Rönn Sand Sjö Skog Stor Sund Vik Väst
            Ås""",
        """blad dal dahl dóttir gaard gren heim land lund mark nes qvist rud ström sen son stad vold""",
    ),
    "africa": (
        """Abena Adaeze Akosua Amina Awa Chipo Efua Fatou Imani Kemi Lindiwe Makena Naledi Nia Sade Thandi
            Wanjiru Yewande Zola""",
        """Abdou Ade Amadou Bakari Chidi Cheikh Femi Jabari Kofi Kwame Lamine Mandla Moussa Obi Sipho Sekou
            Tendai Themba Tunde""",
        """Ab Ade Ak Bam Dia Di Kei Ko Kwa Lu Ma Mba Nda Nko Oba Odu Oko Olu Sam Tou Wa Ya""",
        """ba bo dele di do gwe ka kiri koya kunle lawo mba mbe na ngo nje ra ré si tse we yemi""",
    ),
    "vi": (
        """An Bích Chi Diệp Hạnh Hoa Lan Linh Mai Ngân Ngọc Quỳnh Thảo Thu Trang Trúc Uyên Vân Yến""",
        """Anh Bách Bình Dũng Hải Huy Khang Khoa Long Minh Nam Phúc Quân Sơn Thiện Trí Tuấn Vinh""",
        """Bùi Đặng Đinh Đoàn Dương Hà Lâm Lê Lưu Mạc Ngô Phan Quách Tạ Tô Trương Võ Vương""",
        "",
    ),
}
#: how the family names of women end, where the language has another end for them
WOMENS = {
    "ru": {"ский": "ская", "ов": "ова", "ев": "ева", "ин": "ина"},
    "uk": {"ський": "ська"},
    "pl": {"ński": "ńska", "cki": "cka", "ski": "ska"},
}
#: between the family name and what follows it, in languages that say it first
FAMILY_FIRST = {"ja": " ", "ko": "", "vi": " "}
#: the beginnings and the ends of words that nobody has coined yet, as pseudonyms and machines are called
COINED = (
    """Ae Al Bo Ca Ce Da De Dra E Fe Flo Ga Gli Ha I Ja Ka Ki Lo Lu Ly Ma Mo Na Ne No O Pa Phe Ra Ri Ro Sa Se Si
        So Ta Te Tri Va Ve Vi Xa Xe Ya Yu Za Ze Zu""",
    """bel bra cane cara dane daro del dessa dora dova fane fira gale gora jin kai kane kora lae lani lara len
        leth lia lin lora lune mara mei mira mora nara neva nia nix nor nova ora phe quin ra rae rell reon ria
        ris ro rune sei sola ssa tari teo thea tine tor tra vane vara vell via vio vra wen yra zane zel
        zora""",
)

#: how artists and groups are called; ``<full>`` is a person's name, wherever they are from
SOLO = """<full> / <full> / <full> / <full> / <full> / <given> <coined> / <initial>. <last> / <given>
    {<initial>.|<initial>}"""
MONONYMS = """<coined> / <coined> / <coined> / <shout> / <bare> / <given>{ël|inne|ko|zia} / <coined>{ï|h|é} /
    <coined><n>"""
BANDS = """The <Nouns> / The <Adj> <Nouns> / The <coined>s / <Adj> <Noun> / <Adj> <Noun> / <Adj> <Nouns> / <Noun>
    <Noun> / <Noun> <Noun> / <Noun>house / <Noun> of <Nouns> / <girl>'s <Noun> / <Noun>
    {Parade|Theory|Club|Society|Department|Motel|Kids|Union|Brigade|Museum|Service|Weather|Choir} / <Ing> <Nouns>
    / <place> {Social Club|Boys|Sound|Runners|Underground} / <Nouns> in {Love|Space|June|Trouble|Colour|Reverse}
    / <Adj> <Mood> / <Nouns> Against <Nouns> / A <Noun> Called <given> / <given> and the <Nouns> / <given> & the
    <Adj> <Nouns> / We, the <Nouns> / Not <Adj> Enough / <Alone> Now / Dear <Noun> / My <Adj> <Noun> / Your
    <Noun> / Hello <Noun> / <n> <Nouns> / Them <Nouns> / <Noun>/<Noun> / <Noun>, <Noun> & <Noun> / To <Alone> /
    <Noun> No More"""
DUOS = """<given> & <given> / <given> + <given> / <given> and <given> / <last> & <last> / <last>/<last> / <given>
    x <given> / <coined> & <given> / <Noun> + <Noun> / The <last> {Brothers|Sisters|Twins|Cousins} / <given>,
    <given> / <given> ♡ <given>"""
MAKERS = """DJ <coined> / DJ <Noun> / MC <given> / Lil <Noun> / Big <given> / Young <Noun> / Kid <Noun> /
    <Noun>beats / <coined>wave / <leet> / <leet> / <shout> / <word>.exe / <word>_<word> / <Noun>Boi / Dr. <Noun>
    / <given> on the Beat / prod. <word> / <bare> / <bare><n> / <Adj>boy / Yung <coined> / MC <coined> / Selecta
    <given> / <Noun> Sound System / Sir <coined> / El <coined> / K-<coined> / <initial><initial><initial> /
    <coined> {808|909|303|'9<n>|3000} / <word>ツ / el_<word> / not<word> / <given>.wav"""
ENSEMBLES = """<last> {Trio|Quartet|Quintet|Consort|Ensemble} / <place>
    {Strings|Philharmonic|Brass|Orchestra|Chorale|Camerata|Winds} / Orquesta <coined> / Coro {del|de} <coined> /
    Banda <coined> / Grupo <Noun> / Conjunto <last> / Trio <coined> / Duo <last> / <given> <last> Trio /
    <given>'s {Hot Five|Combo|Big Band|Jug Band} / The <place> Singers / Ensemble <coined> / Kapela <coined> /
    Kollektiv <coined> / <given> et les <coined>s / Gamelan <coined> / Fanfare <coined> / <coined> Baroque /
    {Anon.|Trad.} ({arr. <last>|<place>})"""
OVERSEAS = """Los {Náufragos|Cometas|Tranvías|Gatos de Abril|Ausentes|Paraguas|Vecinos|Sin Reloj} / Las
    {Sirenas|Ventanas|Hermanas <last>|Lunáticas|Mareas} / Les {Marées|Hérons|Enfants du
    Phare|Trottoirs|Voisines|Parapluies Bleus} / {Os|Novos} {Vizinhos|Barqueiros|Quintais|Passarinhos} / Die
    {Nachtzüge|Müden Möwen|Letzten Gäste|Gartenzwerge|Überflieger} / I {Cugini <last>|Notturni|Treni|Ragazzi del
    Molo} / {Zespół|Chór} <coined> / {Тихий Час|Медный Чайник|Бумажный Флот|Синие Трамваи|Никто и Звать|Дом у
    Реки|Чужая Весна|Третий Этаж} / {Вечірній Дощ|Дикі Сливи|Три Мости} /
    {夜更かし|金魚|透明|深海|月曜日|紙飛行機|逆さま|真昼}{倶楽部|少年|ランプ|列車|電波|通信|の国|アパート} /
    {ソラ|ネオン|レモン|ユキ|ハナ|カラス}{ノヲト|トピア|P|猫|茶屋} / {달빛|푸른|새벽|종이|여름|고래}
    {정거장|우체국|소년단|라디오|구름|그네} / {فرقة|أصوات|ليالي} {النخيل|المرفأ|الياسمين|القمر|الصحراء} /
    {राग|धुन} {मंडली|यात्री|संगम} / {Kırık|Uzak|Mavi} {Plak|Vapur|Kuşlar|Sokak} / {Senja|Kopi|Anak|Hujan}
    {Kota|Selatan|Pagi|Ketiga}"""

#: how people call themselves where they post; a handle is of small Latin letters, digits, dots and underscores
HANDLES = """<me>.<own> / <me>_<own> / <me><own> / <me><nn> / <me>_<nn> / <me>.<nn> / <stretched>.<nn> / its<me>
    / its.<me> / itz<me><nn> / the<adj><noun> / <noun>.<noun> / <noun>and<noun> / <adj><noun><nn> / <adj>.<noun>
    / <adj>_<noun>_ / not<me><nn> / <me>.<noun> / <me>thingz / xx<me><nn> / _<me>_ / <me>.<hobby> /
    <me><hobby> / <hobby>with<me> / <hobby>.<noun> / <noun><hobby><n> / real<me><n> / just<me>.<n> / hey<me> /
    <me>official<n> / team<me> / <coined>.<coined> / <coined><nn> / <coined>_<own> / <coined>.<noun> / user<long>
    / user<long> / <stretched><n> / mr<own><n> / miss<me><n> / <own>.<me> / <own><nn> / <own>family<n> /
    <me>inthe<noun> / <noun>girl<nn> / <noun>boy<nn> / lil<noun><n> / <local> / <local>"""
HOBBIES = """art bakes beats builds cooks crafts cuts dance draws drums edits eats fit films fixes gaming gardens
    grows knits lifts paints pets plays pots reads reviews runs rides sews sings skates studies styles surfs
    teaches travels vlogs writes"""
LOCAL_HANDLES = {
    "en": "mama<me> / <me>says.hi / ohhey<me> / <me>ontour<n> / saltand<noun>",
    "es": "soy<me><n> / <me>oficial<nn> / la.<me>.<n> / el<own><n> / <me>cita_<n> / cocinacon<me>",
    "pt": "eu<me><n> / <me>zinha<n> / <me>real<n> / tia<me>.<n> / cozinhada<me>",
    "fr": "<me>_officiel<n> / cest<me><n> / lapetite<me><n> / <me>enbalade / chez<me><n>",
    "de": "<me>macht<n> / echt<me><n> / frau.<own> / herr<own><n> / <me>im<noun>",
    "it": "sono<me><n> / <me>ufficiale<n> / la<me><n> / cucinacon<me> / <me>in.giro",
    "pl": "tu<me><n> / <me>gotuje / pani<own> / <me>_pl<n> / taka<me><n>",
    "tr": "<me>ile<n> / ben<me><n> / <me>nin.mutfagi / <me>_tr<n>",
    "id": "si<me><n> / <me>aja<n> / mas<me><n> / mbak.<me> / dapur<me> / <me>channel<n>",
    "ru": "<me>_rus<n> / ya<me><n> / <me>.live<n> / mama<me><n> / prosto<me>",
    "uk": "<me>_ua<n> / ya<me><n> / prosto<me> / <me>.ua",
    "ja": "<me>chan<n> / <me>_jp<n> / <me>gohan / <me>days<n> / <me>desu_<n>",
    "ko": "<me>_kr<n> / <me>log<n> / <me>daily / im<me><n> / oh<me><n>",
    "ar": "um<me><n> / abu<me><n> / <me>_ar<n> / dr<me><n> / <me>.style",
    "hi": "iam<me><n> / <me>ki.duniya / <me>vlogs<n> / the.<me><n> / <me>_ji<n>",
    "nl": "ikben<me><n> / <me>kookt / echt<me><n> / mevrouw<own> / <me>_nl<n>",
}
#: display names; ``<Me>`` is in the language's script
DISPLAYED = """<Me> / <Me> / <Me> / <both> / <both> / <both> / <Me> <sign> / <Me> <sign> / <sign> <Me> <sign> /
    <me> / <me> <sign> / <me><n> / <Me> <Initial>. / <Me> | {art|dance|food|fit|travel|books|beauty|diy|music} /
    <coined> / <Adj> <Noun> / <Noun> <sign> / ・<me>・ / ★ <Me> ★ / <Me> & <Me> / team <me> / ~<me>~ / <Me>♡ /
    <Me> ({official|backup|2}) / the <noun> <hobby> / <me>.<nn> / . / <both> / <shout>"""
SIGNS = """✨ 🎧 🌿 🌸 🦋 🔥 🌙 ☁️ 🍒 🐝 🎨 🏳️‍🌈 🪩 🌊 🍉 🐸 🎸 🧿 🫶 🖤 🤍 🌻 ⚡ 🍄 🐈 🥐 🏔️ 🛹 📚 🎀"""
