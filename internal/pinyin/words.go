package pinyin

// What the dictionary does not know, as tables of one row a line: the
// characters, then readings with tones as digits. In commonReadings and
// surnameReadings the first reading decides the place in a list; the others are
// found by search as well. In the tables of words there is one reading a
// character.

// commonReadings are characters whose first reading in the dictionary is not
// the usual one within given names or plain text, or that are read in more than
// one way there.
const commonReadings = `
子 zi3
卜 bu3 bo
茜 qian4 xi1
娜 na4 nuo2
莎 sha1 suo1
乐 le4 yue4
朝 chao2 zhao1
长 chang2 zhang3
行 xing2 hang2
重 chong2 zhong4
晟 sheng4 cheng2
盛 sheng4 cheng2
曾 zeng1 ceng2
柏 bai3 bo2
泊 bo2 po1
艾 ai4 yi4
召 zhao4 shao4
车 che1 ju1
参 shen1 can1
强 qiang2 jiang4
都 du1 dou1
员 yuan2 yun2
筠 yun2 jun1
浚 jun4 xun4
隗 wei3 kui2
莘 shen1 xin1
靓 liang4 jing4
若 ruo4
阿 a1 e1
那 na4 nuo2
宁 ning2
纪 ji4
谷 gu3
种 zhong3 chong2
过 guo4
和 he2
会 hui4 kuai4
折 zhe2 she2
隽 jun4 juan4
曲 qu3 qu1
令 ling4 ling2
鲜 xian1 xian3
拓 tuo4 ta4
丽 li4
合 he2
调 tiao2 diao4
解 jie3
单 dan1
区 qu1
查 cha2
济 ji4 ji3
给 gei3 ji3
降 jiang4 xiang2
转 zhuan3 zhuan4
得 de2 dei3
还 hai2 huan2
着 zhe zhuo2 zhao2
弹 dan4 tan2
便 bian4 pian2
模 mo2 mu2
率 lv4 shuai4
角 jiao3 jue2
系 xi4 ji4
传 chuan2 zhuan4
差 cha1 chai1
藏 cang2 zang4
觉 jue2 jiao4
兴 xing1 xing4
中 zhong1
正 zheng4
石 shi2
叶 ye4
奇 qi2
薄 bo2 bao2
大 da4 dai4
万 wan4
南 nan2
薪 xin1
骑 qi2
提 ti2
省 sheng3 xing3
宿 su4 xiu3
坻 di3 chi2
俟 si4 qi2
落 luo4 la4
露 lu4 lou4
血 xue4 xie3
削 xue1 xiao1
剥 bo1 bao1
厦 xia4 sha4
蔓 man4
囡 nan1
彤 tong2
吾 wu2
仔 zi3 zai3
妮 ni1
琢 zhuo2
咱 zan2
巷 xiang4 hang4
供 gong1
担 dan1
缪 miao4 mou2
颉 jie2 xie2
伽 jia1 qie2
其 qi2
甚 shen4
沓 ta4
荥 xing2 ying2
蚌 bang4 beng4
迹 ji4
似 si4 shi4
什 shi2 shen2
没 mei2 mo4
恶 e4 wu4
说 shuo1 shui4
色 se4
塞 sai1 se4
识 shi2 zhi4
泌 mi4 bi4
秘 mi4 bi4
辟 pi4 bi4
否 fou3 pi3
番 fan1 pan1
屏 ping2 bing3
圈 quan1 juan4
校 xiao4 jiao4
嚼 jiao2 jue2
载 zai4 zai3
`

// surnameReadings are the surnames that are read otherwise than the character
// elsewhere. 盖 is read gai by most who bear it today and ge in the old
// surname; 覃 is qin in the south and tan elsewhere; both are found either way.
const surnameReadings = `
单 shan4 dan1
仇 qiu2 chou2
解 xie4 jie3
曾 zeng1 ceng2
查 zha1 cha2
区 ou1 qu1
欧 ou1
朴 piao2 pu3
乐 yue4 le4
盖 gai4 ge3
缪 miao4 mou2
冼 xian3
洗 xian3 xi3
任 ren2 ren4
华 hua4 hua2
燕 yan1 yan4
翟 zhai2 di2
覃 qin2 tan2
尉 wei4 yu4
俞 yu2
车 che1
召 shao4 zhao4
石 shi2
柏 bai3 bo2
薄 bo2 bao2
卜 bu3 bo
员 yun4 yuan2
隗 wei3 kui2
莘 shen1 xin1
宓 mi4 fu2
贾 jia3
郗 xi1 chi1
郄 qie4 xi4
那 na1 na4
宁 ning4 ning2
纪 ji3 ji4
哈 ha3 ha1
谷 gu3
郇 xun2 huan2
种 chong2 zhong3
过 guo1 guo4
牟 mu4 mou2
祭 zhai4 ji4
褚 chu3 zhu3
费 fei4 bi4
秘 bi4 mi4
黑 he4 hei1
繁 po2 fan2
折 she2 zhe2
句 gou1 ju4
勾 gou1
幺 yao1
谌 chen2 shen4
隽 juan4 jun4
曲 qu1
应 ying1
占 zhan1 zhan4
相 xiang4 xiang1
要 yao1 yao4
令 ling2 ling4
鲜 xian1 xian3
逄 pang2
亓 qi2
仝 tong2
桑 sang1
沈 shen3
盛 sheng4 cheng2
叶 ye4
葛 ge3
晁 chao2
晟 cheng2 sheng4
阚 kan4
佴 nai4
眭 sui1
撒 sa4 sa3
教 jiao4 jiao1
强 qiang2 jiang4
参 shen1 can1
粘 nian2 zhan1
适 kuo4 shi4
尹 yin3
余 yu2
长 zhang3 chang2
重 chong2 zhong4
朝 chao2 zhao1
缴 jiao3 zhuo2
万 wan4
台 tai2
卡 ka3 qia3
訾 zi1 zi3
咸 xian2
呙 guo1
妫 gui1
昝 zan3
乜 nie4
钭 tou3
不 fou3 bu4
於 yu1
阿 a1 e1
都 du1 dou1
红 hong2
喜 xi3
哥 ge1
`

// compoundSurnames are surnames of two characters.
const compoundSurnames = `
欧阳 ou1 yang2
司马 si1 ma3
上官 shang4 guan1
诸葛 zhu1 ge3
东方 dong1 fang1
独孤 du2 gu1
南宫 nan2 gong1
皇甫 huang2 fu3
尉迟 yu4 chi2
公孙 gong1 sun1
公羊 gong1 yang2
公冶 gong1 ye3
公良 gong1 liang2
慕容 mu4 rong2
令狐 ling2 hu2
司徒 si1 tu2
司空 si1 kong1
司寇 si1 kou4
宇文 yu3 wen2
长孙 zhang3 sun1
万俟 mo4 qi2
澹台 tan2 tai2
濮阳 pu2 yang2
淳于 chun2 yu2
单于 chan2 yu2
申屠 shen1 tu2
太史 tai4 shi3
太叔 tai4 shu1
端木 duan1 mu4
轩辕 xuan1 yuan2
钟离 zhong1 li2
闻人 wen2 ren2
夏侯 xia4 hou2
赫连 he4 lian2
呼延 hu1 yan2
鲜于 xian1 yu2
闾丘 lv2 qiu1
亓官 qi2 guan1
宗政 zong1 zheng4
宰父 zai3 fu3
拓跋 tuo4 ba2
拓拔 tuo4 ba2
百里 bai3 li3
东郭 dong1 guo1
南门 nan2 men2
西门 xi1 men2
左丘 zuo3 qiu1
梁丘 liang2 qiu1
谷梁 gu3 liang2
第五 di4 wu3
纳兰 na4 lan2
仲孙 zhong4 sun1
颛孙 zhuan1 sun1
子车 zi3 ju1
巫马 wu1 ma3
漆雕 qi1 diao1
壤驷 rang3 si4
乐正 yue4 zheng4
夹谷 jia2 gu3
段干 duan4 gan1
羊舌 yang2 she2
微生 wei1 sheng1
完颜 wan2 yan2
叶赫 ye4 he4
`

// phrases are words in which a character is read otherwise than commonReadings
// says, or than its first reading: general ones and those of the field and the
// places of Tianjin.
const phrases = `
调动 diao4 dong4
调岗 diao4 gang3
调职 diao4 zhi2
调离 diao4 li2
调任 diao4 ren4
调查 diao4 cha2
调遣 diao4 qian3
调研 diao4 yan2
调度 diao4 du4
调派 diao4 pai4
抽调 chou1 diao4
借调 jie4 diao4
外调 wai4 diao4
银行 yin2 hang2
行业 hang2 ye4
行长 hang2 zhang3
商行 shang1 hang2
分行 fen1 hang2
支行 zhi1 hang2
总行 zong3 hang2
同行 tong2 hang2
洋行 yang2 hang2
车行 che1 hang2
重庆 chong2 qing4
重复 chong2 fu4
重新 chong2 xin1
重大 zhong4 da4
重点 zhong4 dian3
重要 zhong4 yao4
重型 zhong4 xing2
重工 zhong4 gong1
重伤 zhong4 shang1
重病 zhong4 bing4
重组 chong2 zu3
双重 shuang1 chong2
严重 yan2 zhong4
体重 ti3 zhong4
起重 qi3 zhong4
院长 yuan4 zhang3
校长 xiao4 zhang3
局长 ju2 zhang3
处长 chu4 zhang3
科长 ke1 zhang3
会长 hui4 zhang3
庭长 ting2 zhang3
所长 suo3 zhang3
站长 zhan4 zhang3
部长 bu4 zhang3
组长 zu3 zhang3
队长 dui4 zhang3
班长 ban1 zhang3
董事长 dong3 shi4 zhang3
市长 shi4 zhang3
区长 qu1 zhang3
镇长 zhen4 zhang3
乡长 xiang1 zhang3
村长 cun1 zhang3
家长 jia1 zhang3
生长 sheng1 zhang3
成长 cheng2 zhang3
首席 shou3 xi2
秘书长 mi4 shu1 zhang3
会计 kuai4 ji4
财会 cai2 kuai4
社会 she4 hui4
给付 ji3 fu4
给予 ji3 yu3
供给 gong1 ji3
自给 zi4 ji3
补给 bu3 ji3
投降 tou2 xiang2
出差 chu1 chai1
差旅 chai1 lv3
差遣 chai1 qian3
兼差 jian1 chai1
效率 xiao4 lv4
费率 fei4 lv4
利率 li4 lv4
比率 bi3 lv4
率领 shuai4 ling3
参加 can1 jia1
参与 can1 yu4
参保 can1 bao3
参照 can1 zhao4
参考 can1 kao3
参军 can1 jun1
音乐 yin1 yue4
乐团 yue4 tuan2
乐器 yue4 qi4
快递 kuai4 di4
朝阳 chao2 yang2
长度 chang2 du4
首都 shou3 du1
成都 cheng2 du1
都市 du1 shi4
西藏 xi1 zang4
厦门 xia4 men2
大厦 da4 sha4
大夫 dai4 fu
角色 jue2 se4
主角 zhu3 jue2
睡觉 shui4 jiao4
便宜 pian2 yi
传记 zhuan4 ji4
偿还 chang2 huan2
返还 fan3 huan2
退还 tui4 huan2
归还 gui1 huan2
还款 huan2 kuan3
还债 huan2 zhai4
还钱 huan2 qian2
子弹 zi3 dan4
弹性 tan2 xing4
模具 mu2 ju4
模样 mu2 yang4
降薪 jiang4 xin1
降级 jiang4 ji2
得了 de2 le
工作 gong1 zuo4
作坊 zuo1 fang
强制 qiang2 zhi4
勉强 mian3 qiang3
仇恨 chou2 hen4
单位 dan1 wei4
解放 jie3 fang4
押解 ya1 jie4
解送 jie4 song4
地区 di4 qu1
检查 jian3 cha2
审查 shen3 cha2
中奖 zhong4 jiang3
中毒 zhong4 du2
中暑 zhong4 shu3
中标 zhong4 biao1
假期 jia4 qi1
休假 xiu1 jia4
产假 chan3 jia4
年假 nian2 jia4
婚假 hun1 jia4
丧假 sang1 jia4
病假 bing4 jia4
事假 shi4 jia4
请假 qing3 jia4
放假 fang4 jia4
探亲假 tan4 qin1 jia4
陪产假 pei2 chan3 jia4
育儿假 yu4 er2 jia4
应当 ying1 dang1
应届 ying1 jie4
适应 shi4 ying4
反应 fan3 ying4
为了 wei4 le
因为 yin1 wei4
行为 xing2 wei2
认为 ren4 wei2
转岗 zhuan3 gang3
转包 zhuan3 bao1
转动 zhuan4 dong4
数量 shu4 liang4
测量 ce4 liang2
和平 he2 ping2
宝坻 bao3 di3
蓟州 ji4 zhou1
大港 da4 gang3
大沽 da4 gu1
塘沽 tang2 gu1
汉沽 han4 gu1
泰达 tai4 da2
咸水沽 xian2 shui3 gu1
杨柳青 yang2 liu3 qing1
尖山 jian1 shan1
大寺 da4 si4
小白楼 xiao3 bai2 lou2
劝业场 quan4 ye4 chang3
五大道 wu3 da4 dao4
南市 nan2 shi4
体育中心 ti3 yu4 zhong1 xin1
王顶堤 wang2 ding3 di1
万兴 wan4 xing1
华苑 hua2 yuan4
水上公园 shui3 shang4 gong1 yuan2
长虹 chang2 hong2
兴南 xing1 nan2
广开 guang3 kai1
嘉陵道 jia1 ling2 dao4
学府 xue2 fu3
鼓楼 gu3 lou2
血汗 xue4 han4
流血 liu2 xue4
宿舍 su4 she4
住宿 zhu4 su4
剥削 bo1 xue1
克扣 ke4 kou4
石景山 shi2 jing3 shan1
东莞 dong1 guan3
六安 lu4 an1
蚌埠 beng4 bu4
亳州 bo2 zhou1
丽水 li2 shui3
台州 tai1 zhou1
铅山 yan2 shan1
乐清 yue4 qing1
乐亭 lao4 ting2
番禺 pan1 yu2
阿胶 e1 jiao1
学校 xue2 xiao4
校对 jiao4 dui4
知识 zhi1 shi
处理 chu3 li3
处分 chu3 fen4
处罚 chu3 fa2
处置 chu3 zhi4
调处 tiao2 chu3
办事处 ban4 shi4 chu4
分包 fen1 bao1
身份 shen1 fen4
当地 dang1 di4
适当 shi4 dang4
更改 geng1 gai3
变更 bian4 geng1
时间 shi2 jian1
期间 qi1 jian1
尽力 jin4 li4
竞业 jing4 ye4
罢工 ba4 gong1
论文 lun4 wen2
涨薪 zhang3 xin1
相关 xiang1 guan1
互相 hu4 xiang1
着手 zhuo2 shou3
载重 zai4 zhong4
记载 ji4 zai3
系统 xi4 tong3
关系 guan1 xi
什么 shen2 me
拖累 tuo1 lei3
积累 ji1 lei3
劳累 lao2 lei4
劳模 lao2 mo2
没收 mo4 shou1
沉没 chen2 mo4
恶意 e4 yi4
厌恶 yan4 wu4
`
