// Writes the API guide of the pages: every type of schema.graphqls with what its descriptions and
// directives say, and the sections of docs/api.md. Nothing of it is written a second time.
import { readFileSync } from 'node:fs'
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType, isScalarType, isSpecifiedScalarType, isUnionType } from 'graphql'

/** A description is 中文 / English. */
function said({ description }) {
  const text = (description ?? '').trim()
  const at = /\s\/\s/.exec(text)
  return at ? { zh: text.slice(0, at.index).trim(), en: text.slice(at.index + at[0].length).replace(/\s+/g, ' ').trim() } : { zh: text, en: '' }
}

const directives = (node) =>
  Object.fromEntries((node?.directives ?? []).map((one) => [one.name.value, Object.fromEntries((one.arguments ?? []).map((argument) => [argument.name.value, argument.value.value]))]))

function input(one) {
  const fallback = one.astNode?.defaultValue
  return { name: one.name, type: String(one.type), ...said(one), ...(fallback && { default: String(fallback.value ?? '') }) }
}

function field(one) {
  const { sharing, cost } = directives(one.astNode)
  return {
    name: one.name,
    type: String(one.type),
    ...said(one),
    ...(one.args.length > 0 && { args: one.args.map(input) }),
    ...(sharing && { sharing: sharing.class, ...(sharing.scope && { scope: sharing.scope }) }),
    ...(cost && { cost: Number(cost.weight) }),
  }
}

function entry(type, schema) {
  const base = { name: type.name, ...said(type) }
  if (isEnumType(type)) return { ...base, kind: 'enum', values: type.getValues().map((value) => ({ name: value.name, ...said(value) })) }
  if (isInputObjectType(type)) return { ...base, kind: 'input', ...(type.isOneOf && { oneOf: true }), fields: Object.values(type.getFields()).map(input) }
  if (isScalarType(type)) return { ...base, kind: 'scalar' }
  if (isUnionType(type)) return { ...base, kind: 'union', types: type.getTypes().map(String) }
  const fields = Object.values(type.getFields()).map(field)
  if (isInterfaceType(type)) return { ...base, kind: 'interface', fields, types: schema.getPossibleTypes(type).map(String) }
  return { ...base, kind: 'type', fields, types: type.getInterfaces().map(String) }
}

const wanted = (type) =>
  !isIntrospectionType(type) && !isSpecifiedScalarType(type) && (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) || isEnumType(type) || isScalarType(type) || isUnionType(type))

function sections() {
  const [, ...parts] = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8').split(/^## /m)
  return parts.map((part) => {
    const [title, ...lines] = part.split('\n')
    return { title: title.trim(), text: lines.join('\n').trim() }
  })
}

export const plugin = () => {
  const schema = buildSchema(readFileSync(new URL('../schema.graphqls', import.meta.url), 'utf8')) // what the generator hands over is sorted
  const types = Object.values(schema.getTypeMap()).filter(wanted).map((type) => entry(type, schema))
  return [
    '// Machine-made from schema.graphqls and docs/api.md.',
    'export interface Said { name: string; zh: string; en: string }',
    'export interface GuideInput extends Said { type: string; default?: string }',
    "export interface GuideField extends GuideInput { args?: GuideInput[]; sharing?: 'PUBLIC' | 'CONDITIONAL' | 'SOURCE_ONLY'; scope?: string; cost?: number }",
    "export interface GuideType extends Said { kind: 'type' | 'interface' | 'input' | 'enum' | 'scalar' | 'union'; fields?: GuideField[]; values?: Said[]; types?: string[]; oneOf?: boolean }",
    'export interface Section { title: string; text: string }',
    `export const types = JSON.parse(${JSON.stringify(JSON.stringify(types))}) as GuideType[]`,
    `export const sections = JSON.parse(${JSON.stringify(JSON.stringify(sections()))}) as Section[]`,
  ].join('\n')
}
