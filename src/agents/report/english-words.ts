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
inch inches foot feet yard yards mile miles one two three four five six seven eight nine ten twelve twenty dozen
`;

export const ENGLISH_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
