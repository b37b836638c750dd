/**
 * Words that show that a sentence is English: those of grammar, and those that reports of public works are made of. None
 * that is common in another language too ("no", "me", "on", "has").
 */
const WORDS = `
the of and to this that these those there their they them then than with without from for has been have had having
is are was were be being isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't wouldn't hasn't haven't it's i'm i've
my your our his her its we you she it i who which what when where why how someone somebody anyone anybody nobody everyone everybody
nothing something not any some every each all both many much more most several few several lots another other
at by near next between behind under over above below across along around through into onto outside inside before after since until while
during because please thanks thank fix fixed repair repaired needs need needed asap urgent again still already never always ever soon now
very really too so just about almost only also even would should could can will may might must going get gets got getting make made makes
road roads street streets avenue ave lane lanes highway freeway corner intersection block house driveway sidewalk curb kerb pavement
crossing bridge school bus bike car cars truck driver drivers vehicle vehicles people person man woman child children kid kids boy girl
hole holes pothole potholes crack cracks cracked manhole cover lid drain drains storm sewer water main pipe leak leaking light lights lamp
pole poles tree trees branch branches limb wire wires line lines power sign signs signal
down out missing broken damaged damage open off gone dark deep big large huge small wide dangerous danger hazard unsafe dead
fell fallen falling hit hits hurt injured injury tripped trip broke blocked blocking flooded flooding stuck smoke fire gas smell smells
day days week weeks month months year years morning night today yesterday tonight ago reported report complaint called call
north south east west left right side front back middle end top bottom street's hello hi dear sir madam
inch inches foot feet yard yards mile miles thirteen fourteen fifteen sixteen seventeen eighteen nineteen thirty forty fifty hundred couple pair bunch
one two three four five six seven eight nine ten twelve twenty dozen
rte hwy mp nb sb eb wb nr opp jct exit hi hey thx thanx pls plz asap ur u cuz bc abt thru city county town neighborhood neighbourhood house home yard park store shop business
graffiti trash garbage noise loud dog dogs rat rats raccoon raccoons deer coyote coyotes animal animals weeds grass snow ice icy mud water
fireworks homeless camp tent needles litter rubbish bin bins mattress couch furniture vehicle abandoned parked parking
help come look see know tell want like think believe don't it's there's that's he's she's they're wasn't
fast slow loose cracked uneven raised lifted sunken steep slippery wet dirty old new bad worse worst good better
`;

/**
 * Words that show that a report is Spanish, the language that most reports are in after English: those of grammar, and
 * what such reports are about. None that is an English word, or common in names of roads.
 */
const SPANISH = `
en y todo toda tapando que por está están esta estan hay muy más desde hace porque cuando donde dónde cerca frente enfrente hasta
 unos unas uno sus nos nosotros ellos señor señora niño niña niños hombre mujer persona personas gente hijo hija
bache baches hoyo hoyos hueco huecos pozo socavón hundimiento calle calles banqueta acera alumbrado lámpara foco luz semáforo señal
árbol arbol rama ramas alcantarilla coladera tapa drenaje tubería agua fuga poste incendio fuego humo inundación inundado
caido caida caidos caidas roto rota rotos caído caída cayó peligro peligroso peligrosa enorme profundo urgente ayuda arreglar arreglen reparar
herido herida heridos lastimó lastimado ambulancia accidente choque carro carros coche coches llanta llantas escuela noche ayer huele olor
apagado apagada dañado dañada funciona sirve necesita necesitamos
`;

export const SPANISH_WORDS: ReadonlySet<string> = new Set(SPANISH.trim().split(/\s+/));

export const ENGLISH_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
