"""Words that are no names although a sentence begins with them, and so with a capital."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.claims.places import place_forms
from index.languages import FUNCTION_WORDS
from index.terms import fold

# Words that begin a sentence in capitals and name nothing. Those of the first table never do;
# those of the second do where another capital follows, as in Foreign Minister.
FUNCTION = frozenset(
    """
a about above according accordingly across actually additionally after afterwards again against
ago all almost along already also although altogether always am among amid an and another any
anyone anything apart apparently are around as aside at away back based basically because been
before behind being below beneath beside besides best better between beyond both briefly but by
can cannot certain certainly clearly common commonly compared consequently contrary conversely
could currently depending despite did do does doing done down due during each earlier early either
else elsewhere especially essentially even eventually ever every everybody everyone everything
except excluding exactly few fewer finally first firstly following for former formerly fortunately
forthcoming from further furthermore generally given gone had half hardly has have having he hence
her here hers herself him himself his historically how however i if imagine in included including
indeed initially instead interestingly into is it its itself just last lastly lately later least
less let like likewise many maybe me meanwhile might mine more moreover most mostly much must my
myself namely near nearly neither never nevertheless next no nobody none nonetheless nor normally
not nothing notably now nowadays obviously occasionally of off often on once one ones only onto or
originally other others otherwise ought our ours out outside over overall own particularly per
perhaps please plus possibly potentially presumably previously prior probably provided rather
really recently regarding regardless relatively roughly same second secondly see seldom several
shall she should similarly simply since so some somebody someone something sometimes soon
specifically still subsequently such suddenly supposedly surely than thanks that the their theirs
them themselves then there thereafter therefore these they third thirdly this those though three
through throughout thus till to today together tomorrow too toward towards traditionally twice two
typically ultimately under unfortunately unless unlike until up upon us usually various versus very
via was we well were what whatever when whenever where whereas wherever whether which whichever
while who whoever whole whom whose why will with within without would yes yesterday yet you your
yours yourself mr mrs ms mx
""".split()
)
_ORDINARY = frozenset(
    """
ability access account act action activities activity actor actors add adding adult adults advice
age agreement air alcohol allow america's amount analysis anger animal animals answer anxiety
apply approach april area areas argument army art article artist artists ask aspects athletes
attack attacks attempt author authors award baby backup bacteria ban bank banks bans bar bars base
battery beef beer begin being belief benefit benefits big bill birds birth black blood blue board
boats body bone bones book books both bottle boys brain brands bread break breast breath bring
brown build building buildings bus business businesses buy cake calcium call calories camera cancer
car carbon card cards care careful carry cars case cases cash cats cause causes cell cells chairs
change changes charge check cheese chemical chicken child children choice choose church cities
citizens city class classes clean cleaning click climate clothes cloud coach coal code coffee cold
college color colors comfort comment companies company complex computer computers concerns
conditions consider constant contact content context control cook cooking cool copper core corn
cost costs cotton countries country couples course court courts create credit crime crimes critics
crop crops cross culture customer customers cut cyber dark data date dates day days death debate
debt decisions deep defense degree delegates demand democracy demonstrators dentists design
designers details developers device devices diet diplomats director discuss disease diseases
diversity doctor doctors dog dogs drink drinking drive driver drivers drug drugs dust earth eat
eating economic economists economy edit effect effects eggs election elections electric email
emissions employee employees employers end energy engine engineers enjoy ensure entire equal error
establish ethics event events evidence example examples exercise expect experience experiments
expert experts explain explore exports express eye eyes face fact factor factors facts failure fair
faith fall families family fans farm farmers fast fat fear features feed feedback feel fees fiction
figure file files fill film films find findings fire fish flies floor flour flow flowers focus
folk follow food foods football force foreign forest forests form formal frames free fresh friends
fruit fruits fuel full fun funding funds future gains game games gas gases gene genes get girls
give glass global go goal goals god gold good goods government governments grain grass gravity
great green ground group groups grow growth guests guns hair hands happy hard hate head health
heart hearts heat heavy help hepatic high hiring history hold holding home homes honey hope horse
horses hospital hospitals host hot hours house household households houses housing human humans
hunger hydrogen ice idea ideas identify illness imports improve inadequate income increase
increased individual individuals industry inflation information insects inside insurance interest
interests international internet investors iron issue issues items jobs join judge judges juries
justice keep key keys kids kings know knowledge lack lakes land language languages large law laws
lawyers lead leaders learn learners leave legal letters level levels liberal library life light
limit limited liquid list listen literature live lives loans local long look loss lots love low
lower machine machines main major make makers making male males man manage management managers
market markets marriage mass material materials math matter meals mean measure measures meat media
medical medicine meeting meetings member members memory men mental messages metal metals methods
milk mind minds mining minister ministers missing mix mobile model models modern money monitor
month months moon mother mothers motion mountains mouse move movement movies muscle muscles music
musicians name names nation nations nature neighbours nerves network networks new news night noise
north notes novels nuclear number numbers nurses nuts obesity object objects ocean oceans offer
office officers officials oil old older open opening opponents options orders organ organic
organisms organs oxygen pack pain paint paper papers parent parents park part participants parties
parts party passengers passage passages patience patient patients pay peace people perform period
persons pet pets phone phones photos physical pick pieces place places plan planes planets plans
plant plants plastic plastics play player players points poison police policies policy political
politicians politics poor popular ports positive post power powers practice present president
presidents press pressure prevent price prices prime print prisoners private problem problems
process processes produce producers products profit profits programs progress project projects
proper proponents protein proteins protesters public pull pupils purchase pure push put quality
questions race radio rain raise rare rates reach read readers reading real reason reasons receive
red reduce regular release relief religion remember remote remove rent reports represent
republicans require research researchers residents rest result results return review rice rich
right rights risk risks river rivers roads rock rocks role roles roots rules run runners running
safe safety sales salt sample sanctions sand save say scholars school schools science scientists
scores sea search season seat security seeds select sell senior sense serious service services set
sexual shares sheep ships shoes shop short show shows side sign signs simple singers single
size skills skin sleep slow small smart smoke smoking snow soccer social society soft software soil
solar soldiers solid solution solutions songs sound sources south space speak special species speed
spend sport sports spring staff stage standard standards star stars start state states steel step
steps stocks stop storage store stores stories storms strategies street stress strong structure
student students studies study style subject success sugar suggest summer summit supply support
supporters surface surgery sweet system systems take talk talks tap tax taxes tea teach teachers
team teams technology teeth television tell temperature temperatures tensions term terms test
tests text theory therapy thick things think thousands tickets time times tissue title tobacco toll
tone tools top tour tourism tourists town trade traditional traffic train training transport
travel treat treaties tree trees trial trucks true trust try turn type types understand uniform
union unions unit universities university upper urban use used users using vaccines value values
vegetables vehicle vehicles video view viewers villages violence virus viruses vitamin vitamins
volunteers voters votes wages wait walk walls want war wars wash waste watch water waves weak
wealth weapons weather web website weeks weight west white wild wind windows wine winter wisdom
routine advise develop obtain recommend employ garner guide remind follow perform honorable
honourable artificial implement monitor allocate assess conduct consult seek store mail write
wolves woman women wood words work workers world worry write writers writing wrong year years
young youth zinc ring bond mild soup salad pasta ginger garlic pepper herbs rinse stir boil bake
mix pour place peel chop preheat insert attach wrap wear wipe dry apply avoid balance bees ants
cows pigs cattle rabbits snakes spiders sharks whales dolphins bears eagles fungi yeast dogs
""".split()
)
_SUFFIX = re.compile(
    r"(?:[a-z]{2}(?:ing|ings|ed|ly|tion|tions|sion|sions|ment|ments|ness|ities|ity|isms?|ists?|ives?"
    r"|ous|[a-z]{3}(?:al|ent|ant|ic|ize|ise|ify|ate)|able|ible|ables|ful|less|ances?|ences?|ships?|hood|ologists?|ology|icians?|ical|ures?"
    r"|ages|ators?|izers?|ers))$"
)
_PARTS = re.compile(r"[.'&/-]")


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """The words of grammar of all languages that are told apart, folded."""
    return FUNCTION | {fold(word) for words in FUNCTION_WORDS.values() for word in words.split()}


def is_ordinary(folded: str, after: str) -> bool:
    """Whether a word that begins a sentence is no name; `after` is the word that follows."""
    if folded in _ORDINARY or folded in function_words():
        return True
    if folded in place_forms()[0]:
        return False
    if folded.endswith(("ly", "ed")) and after in _VERBS:
        return False  # Kelly said, Mohammed is
    parts = _PARTS.split(folded)
    return (
        (len(parts) == 1 and _SUFFIX.search(folded) is not None)
        or (folded[-1] == "s" and folded[:-1] in _ORDINARY)
        or (len(parts) > 1 and all(part in _ORDINARY or part in FUNCTION for part in parts))
    )


# What follows a verb that begins a sentence, and never a name.
OBJECTS = frozenset(
    "the a an your her him them it this that these those all any each my our its their some".split()
)
_VERBS = frozenset("is was has had said says told will would did does can may met and".split())
