package words

import (
	"strings"
	"unicode"

	"concord/internal/hub"
	"concord/internal/pinyin"
)

// Oracle tells what only the data can tell. Its answers may be costly; they are
// asked for a few times a query.
type Oracle interface {
	// Name reports whether somebody bears exactly this name, given by its Key.
	Name(key string) bool
	// NamePart reports whether these one to four characters are in a name.
	NamePart(key string) bool
	// Body reports whether an organisation or employer has all pairs of
	// characters of the folded text in its name.
	Body(folded string) bool
	// Text reports whether a text has all pairs of characters of the folded one.
	Text(folded string) bool
	// Sounds reports whether the whole name of somebody sounds like this.
	Sounds(letters string) bool
}

// Query is what somebody typed, taken apart.
type Query struct {
	Folded Folded
	Chunks []Chunk // what blanks and punctuation divide
}

// Chunk is a stretch without a blank.
type Chunk struct {
	Text       string // folded
	Start, End int    // in characters of the folded query
	Pieces     []Piece
}

// Sort says what a piece of a query is.
type Sort uint8

// The sorts of pieces.
const (
	Unknown Sort = iota // Chinese that no word covers
	Known               // a word of the vocabulary
	Name                // a name that somebody bears, or a part of one
	Body                // words out of the name of an organisation
	Surname             // a surname beside something else: 王律师, 姓王的, 张某
	Latin               // letters
	Number              // digits, or letters and digits
)

// Piece is a part of a chunk that is looked up as one.
type Piece struct {
	Sort       Sort
	Text       string // folded
	Word       *Word  // of a known piece
	Start, End int    // in characters of the folded query
}

// Filler reports whether the piece says nothing about whom to find.
func (p *Piece) Filler() bool {
	return p.Sort == Known && !p.Word.Meaningful() && len(p.Word.Agencies) == 0
}

// Hint reports whether the piece says so little that it must not exclude anybody.
func (p *Piece) Hint() bool { return p.Sort == Known && p.Word.Hint && len(p.Word.Districts) == 0 }

// maxPieces bounds the pieces of a query; the rest is ignored.
const maxPieces = 48

// Read takes a query apart.
func (l *Lexicon) Read(text string, o Oracle) Query {
	q := Query{Folded: Fold(text)}
	runes := q.Folded.Runes
	pieces := 0
	for i := 0; i < len(runes) && pieces < maxPieces; {
		if hub.SeparatesWords(runes[i]) {
			i++
			continue
		}
		start := i
		for i < len(runes) && !hub.SeparatesWords(runes[i]) {
			i++
		}
		c := l.chunk(runes, start, i, o)
		if len(c.Pieces) > 0 {
			q.Chunks = append(q.Chunks, c)
			pieces += len(c.Pieces)
		}
	}
	l.joinLatin(&q, o)
	return q
}

// joinLatin takes letters with blanks between them for one word of the
// vocabulary, or for one name when somebody is called so: lao dong bao chou,
// zhang wei, and wei zhang.
func (l *Lexicon) joinLatin(q *Query, o Oracle) {
	latin := func(c *Chunk) bool { return len(c.Pieces) == 1 && c.Pieces[0].Sort == Latin }
	for i := 0; i+1 < len(q.Chunks); i++ {
		for n := min(8, len(q.Chunks)-i); n >= 2; n-- {
			group := q.Chunks[i : i+n]
			var texts []string
			for k := range group {
				if latin(&group[k]) {
					texts = append(texts, group[k].Text)
				}
			}
			if len(texts) < n {
				continue
			}
			name := strings.Join(texts, "")
			if len(l.byPinyin[name]) == 0 && !o.Sounds(name) {
				name = texts[n-1] + strings.Join(texts[:n-1], "")
				if !o.Sounds(name) {
					continue
				}
			}
			joined := Chunk{Text: name, Start: group[0].Start, End: group[n-1].End}
			joined.Pieces = []Piece{{Latin, name, nil, joined.Start, joined.End}}
			q.Chunks = append(q.Chunks[:i+1], q.Chunks[i+n:]...)
			q.Chunks[i] = joined
			break
		}
	}
}

func (l *Lexicon) chunk(runes []rune, start, end int, o Oracle) Chunk {
	part := runes[start:end]
	c := Chunk{Text: string(part), Start: start, End: end}
	whole := func(s Sort, w *Word) Chunk {
		c.Pieces = []Piece{{s, c.Text, w, start, end}}
		return c
	}
	if w := l.words[c.Text]; w != nil && !(w.Filler && len(part) <= 2 && o.NamePart(c.Text)) {
		return whole(Known, w)
	}
	key := Key(c.Text)
	han := 0
	for _, r := range key {
		if IsHan(r) {
			han++
		}
	}
	if key == "" {
		return c
	}
	if han >= 2 && o.Name(key) {
		c.Text = key
		return whole(Name, nil)
	}
	c.Pieces = l.segment(runes, start, end, o)
	c.Pieces = surnamePieces(c.Pieces)
	covered := true
	for i := range c.Pieces {
		if p := &c.Pieces[i]; p.Sort == Unknown || p.Filler() || p.Hint() {
			covered = false
		}
	}
	if covered || han == 0 {
		return c
	}
	if length := len([]rune(key)); length == han {
		switch {
		case length <= 4 && o.NamePart(key):
			c.Text = key
			return whole(Name, nil)
		case length >= 3 && o.Body(c.Text):
			return whole(Body, nil)
		case strings.ContainsAny(c.Text, "·•.") && o.Name(key):
			return whole(Name, nil)
		}
	}
	l.widen(runes, &c, o)
	for i := range c.Pieces {
		if c.Pieces[i].Sort == Unknown && han <= maxPhrase && o.Text(c.Text) {
			return whole(Unknown, nil)
		}
	}
	return c
}

// maxPhrase bounds the words out of a text that are taken as a whole, in
// characters: what is longer is a sentence.
const maxPhrase = 16

// surnamePieces finds the surnames by which people speak of somebody whose name
// they do not know in full.
func surnamePieces(pieces []Piece) []Piece {
	var list []Piece
	for i, p := range pieces {
		if p.Sort == Unknown {
			text := []rune(strings.Trim(p.Text, "某"))
			called := len(text) > 0 && len(text) < p.End-p.Start
			if len(text) == 2 && text[0] == '姓' {
				text, called = text[1:], true
			}
			next := i+1 < len(pieces) && pieces[i+1].Sort == Known && (len(pieces[i+1].Word.Sources) > 0 || pieces[i+1].Word.Title != "" || addresses[pieces[i+1].Text])
			if len(text) == 1 && surnames[text[0]] && (called || next && i == 0) {
				p.Sort, p.Text = Surname, string(text)
			}
		}
		list = append(list, p)
	}
	return list
}

// addresses are the words by which people are addressed.
var addresses = map[string]bool{"老师": true, "律师": true, "法官": true, "教授": true, "专家": true, "主任": true}

// The worth of what may cover a stretch: a longer word is worth more than two
// that make it up, a word that says something more than one that does not.
const (
	worthCharacter = 10
	costWord       = 4
	costFiller     = 6
	costName       = 5
	costHint       = 5
)

// segment divides runes[start:end] into the pieces that are worth most.
func (l *Lexicon) segment(runes []rune, start, end int, o Oracle) []Piece {
	n := end - start
	type step struct {
		worth int
		from  int
		piece Piece
	}
	best := make([]step, n+1)
	for i := 1; i <= n; i++ {
		best[i].worth = -1
	}
	take := func(i, j, worth int, p Piece) {
		if total := best[i].worth + worth; total > best[j].worth {
			p.Start, p.End = start+i, start+j
			p.Text = string(runes[p.Start:p.End])
			best[j] = step{total, i, p}
		}
	}
	for i := 0; i < n; i++ {
		if best[i].worth < 0 {
			continue
		}
		at := start + i
		for _, w := range l.at(runes[:end], at) {
			if !bounded(runes[start:end], i, i+w.Length) {
				continue
			}
			worth := w.Length*worthCharacter - costWord
			if w.Filler {
				worth = w.Length*worthCharacter - costFiller
			} else if w.Hint {
				worth = w.Length*worthCharacter - costHint
			}
			take(i, i+w.Length, worth, Piece{Sort: Known, Word: w})
		}
		if IsHan(runes[at]) {
			take(i, i+1, 0, Piece{Sort: Unknown})
			if l.surname(runes[at]) {
				for length := 4; length >= 2; length-- {
					if i+length <= n && length < n && allHan(runes[at:at+length]) && o.Name(string(runes[at:at+length])) {
						take(i, i+length, length*worthCharacter-costName, Piece{Sort: Name})
					}
				}
			}
			continue
		}
		j, sort := i, Latin
		// Numbers of rosters hold dashes: TJ-0012.
		for k := i; k < n && (alphanumeric(runes[start+k]) || k > i && within(runes[start+k])); k++ {
			if !alphanumeric(runes[start+k]) {
				continue
			}
			if unicode.IsDigit(runes[start+k]) {
				j, sort = k+1, Number
			} else if k == j {
				j++
			}
		}
		for j < n && sort == Number && alphanumeric(runes[start+j]) {
			j++
		}
		if j == i {
			take(i, i+1, 0, Piece{Sort: Unknown})
			continue
		}
		take(i, j, j-i, Piece{Sort: sort})
	}
	var pieces []Piece
	for i := n; i > 0; i = best[i].from {
		p := best[i].piece
		if p.Sort == Unknown && !IsHan(runes[p.Start]) {
			continue // a mark
		}
		if last := len(pieces) - 1; p.Sort == Unknown && last >= 0 && pieces[last].Sort == Unknown && pieces[last].Start == p.End {
			pieces[last].Start = p.Start
			pieces[last].Text = string(runes[p.Start:pieces[last].End])
			continue
		}
		pieces = append(pieces, p)
	}
	for i, j := 0, len(pieces)-1; i < j; i, j = i+1, j-1 {
		pieces[i], pieces[j] = pieces[j], pieces[i]
	}
	return pieces
}

// widen looks for the names of organisations that unknown pieces are part of:
// 津沽 and 大学 in 津沽大学劳动报酬.
func (l *Lexicon) widen(runes []rune, c *Chunk, o Oracle) {
	const (
		reach = 4  // pieces to either side
		most  = 16 // pieces of a chunk: what has more is prose
	)
	if len(c.Pieces) > most {
		return
	}
	for i := 0; i < len(c.Pieces); i++ {
		if c.Pieces[i].Sort != Unknown {
			continue
		}
		found := false
		for size := min(len(c.Pieces), 2*reach); size >= 1 && !found; size-- {
			for from := max(0, i-size+1); from <= i && from+size <= len(c.Pieces); from++ {
				start, end := c.Pieces[from].Start, c.Pieces[from+size-1].End
				if end-start < 3 || !allHan(runes[start:end]) || !o.Body(string(runes[start:end])) {
					continue
				}
				body := Piece{Sort: Body, Text: string(runes[start:end]), Start: start, End: end}
				c.Pieces = append(c.Pieces[:from], append([]Piece{body}, c.Pieces[from+size:]...)...)
				i, found = from, true
				break
			}
		}
	}
}

// surname reports whether r begins names: only there is it worth asking for one.
func (l *Lexicon) surname(r rune) bool { return surnames[r] }

// surnames are the characters with which nearly all names begin.
var surnames = func() map[rune]bool {
	const common = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖樊文施洪季温柴芦葛穆梅齐庄倪聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由诸欧上司夏东皇尉赫令慕宇长澹淳公端百南轩呼万"
	m := map[rune]bool{}
	for _, r := range common {
		m[r] = true
	}
	return m
}()

// within reports whether r stands within numbers.
func within(r rune) bool { return r == '-' || r == '.' || r == '/' || r == '_' }

func alphanumeric(r rune) bool { return !IsHan(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

func allHan(runes []rune) bool {
	for _, r := range runes {
		if !IsHan(r) {
			return false
		}
	}
	return true
}

// bounded reports whether runes[i:j] does not cut a run of letters or digits.
func bounded(runes []rune, i, j int) bool {
	if i > 0 && alphanumeric(runes[i]) && alphanumeric(runes[i-1]) {
		return false
	}
	return j >= len(runes) || !alphanumeric(runes[j]) || !alphanumeric(runes[j-1])
}

// Readings returns the ways in which folded Chinese may sound, the usual one
// first, at most limit.
func Readings(folded string, limit int) []string {
	ways := []string{""}
	for _, r := range pinyin.Text(folded) {
		if len(r) == 0 {
			continue
		}
		var next []string
		for _, w := range ways {
			for _, s := range r {
				if len(next) == limit {
					break
				}
				next = append(next, w+s)
			}
		}
		ways = next
	}
	return ways
}
