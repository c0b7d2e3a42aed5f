// What browsers call themselves is long and much of it untrue: each claims to be those that came
// before it too, so that the first of this list that is named is the one.
const browsers: [RegExp, string][] = [
  [/MicroMessenger/, '微信'],
  [/QQBrowser/, 'QQ 浏览器'],
  [/UCBrowser/, 'UC 浏览器'],
  [/MetaSr/, '搜狗浏览器'],
  [/360[SE]E/, '360 浏览器'],
  [/Qaxbrowser/i, '奇安信浏览器'],
  [/Edg/, 'Edge'],
  [/OPR/, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Trident|MSIE/, 'IE'],
  [/Safari/, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, '鸿蒙'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, '安卓'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/UOS/, '统信 UOS'],
  [/Kylin/i, '麒麟'],
  [/Linux/, 'Linux'],
]

/** A browser and its system, as people call them. */
export function clientWord(client: string) {
  const called = (names: [RegExp, string][]) => names.find(([pattern]) => pattern.test(client))?.[1]
  return [called(browsers) ?? '其他程序', called(systems)].filter(Boolean).join(' · ')
}
