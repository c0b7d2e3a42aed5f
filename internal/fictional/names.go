package fictional

import "math/rand/v2"

// Surnames with how often they are drawn. Compound and polyphonic ones are in,
// for they are what searching and ordering get wrong.
var surnames = []struct {
	name   string
	weight int
}{
	{"王", 72}, {"李", 71}, {"张", 68}, {"刘", 54}, {"陈", 45}, {"杨", 31}, {"赵", 21}, {"黄", 21}, {"周", 19}, {"吴", 19},
	{"徐", 15}, {"孙", 15}, {"胡", 13}, {"朱", 13}, {"高", 12}, {"林", 12}, {"何", 11}, {"郭", 11}, {"马", 11}, {"罗", 9},
	{"梁", 8}, {"宋", 8}, {"郑", 8}, {"谢", 7}, {"韩", 7}, {"唐", 7}, {"冯", 6}, {"于", 6}, {"董", 6}, {"萧", 6},
	{"程", 6}, {"曹", 6}, {"袁", 5}, {"邓", 5}, {"许", 5}, {"傅", 5}, {"沈", 5}, {"曾", 5}, {"彭", 5}, {"吕", 5},
	{"苏", 5}, {"卢", 4}, {"蒋", 4}, {"蔡", 4}, {"贾", 4}, {"丁", 4}, {"魏", 4}, {"薛", 4}, {"叶", 4}, {"阎", 3},
	{"余", 4}, {"潘", 3}, {"杜", 3}, {"戴", 3}, {"夏", 3}, {"钟", 3}, {"汪", 3}, {"田", 3}, {"任", 3}, {"姜", 3},
	{"范", 3}, {"方", 3}, {"石", 3}, {"姚", 3}, {"谭", 3}, {"廖", 3}, {"邹", 3}, {"熊", 3}, {"金", 3}, {"陆", 3},
	{"郝", 3}, {"孔", 2}, {"白", 2}, {"崔", 2}, {"康", 2}, {"毛", 2}, {"邱", 2}, {"秦", 2}, {"江", 2}, {"史", 2},
	{"顾", 2}, {"侯", 2}, {"邵", 2}, {"孟", 2}, {"龙", 2}, {"万", 2}, {"段", 2}, {"雷", 2}, {"钱", 2}, {"汤", 2},
	{"单", 1}, {"仇", 1}, {"解", 1}, {"查", 1}, {"区", 1}, {"朴", 1}, {"乐", 1}, {"翟", 1}, {"盖", 1}, {"覃", 1},
	{"尉迟", 1}, {"欧阳", 1}, {"司马", 1}, {"上官", 1}, {"诸葛", 1}, {"慕容", 1},
}

const (
	givenMen   = "伟强军勇杰涛斌波辉刚健明永志国建华文平海山仁林东宁福生龙元全胜学祥才发武新利清飞彬富顺信子杰涛昌成康星光天达安岩中茂进有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆磊民友裕河哲江超浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以建家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘"
	givenWomen = "秀娟英华慧巧美娜静淑惠珠翠雅芝玉萍红娥玲芬芳燕彩春菊兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛艳瑞凡佳嘉琼勤珍贞莉桂娣叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思丽"
)

var (
	menRunes   = []rune(givenMen)
	womenRunes = []rune(givenWomen)
	allWeights = func() (sum int) {
		for _, s := range surnames {
			sum += s.weight
		}
		return sum
	}()
)

// personName draws a name. One in three hundred is a transliterated one with an
// interpunct, as the minorities' names are written.
func personName(r *rand.Rand, woman bool) string {
	if r.IntN(300) == 0 {
		first := []string{"阿依古丽", "买买提", "古丽娜尔", "热合曼", "阿不都", "帕提古丽"}
		last := []string{"艾力", "吐尔逊", "热西提", "卡德尔", "买合木提"}
		return first[r.IntN(len(first))] + "·" + last[r.IntN(len(last))]
	}
	pick := r.IntN(allWeights)
	i := 0
	for ; pick >= surnames[i].weight; i++ {
		pick -= surnames[i].weight
	}
	given := menRunes
	if woman {
		given = womenRunes
	}
	name := surnames[i].name + string(given[r.IntN(len(given))])
	if r.IntN(100) < 72 {
		name += string(given[r.IntN(len(given))])
	}
	return name
}
