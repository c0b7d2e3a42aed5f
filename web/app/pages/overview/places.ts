// Where the districts stand on the schematic of Tianjin, on a grid of six columns: roughly as
// on a map, so that people find theirs, and each large enough to be read and pressed. The
// rosters of the city itself have a place of their own.
export interface Place {
  code: string
  column: string
  row: string
}

export const places: Place[] = [
  { code: '120000', column: '1 / 3', row: '1' }, // 市级
  { code: '120119', column: '4 / 6', row: '1' }, // 蓟州
  { code: '120114', column: '2 / 4', row: '2' }, // 武清
  { code: '120115', column: '4 / 6', row: '2' }, // 宝坻
  { code: '120113', column: '2 / 5', row: '3' }, // 北辰
  { code: '120117', column: '5 / 7', row: '3' }, // 宁河
  { code: '120111', column: '1', row: '4 / 6' }, // 西青
  { code: '120106', column: '2', row: '4' }, // 红桥
  { code: '120105', column: '3 / 5', row: '4' }, // 河北
  { code: '120110', column: '5', row: '4 / 6' }, // 东丽
  { code: '120116', column: '6', row: '4 / 7' }, // 滨海新区
  { code: '120104', column: '2', row: '5' }, // 南开
  { code: '120101', column: '3', row: '5' }, // 和平
  { code: '120102', column: '4', row: '5' }, // 河东
  { code: '120118', column: '1 / 3', row: '6' }, // 静海
  { code: '120103', column: '3', row: '6' }, // 河西
  { code: '120112', column: '4 / 6', row: '6' }, // 津南
]
