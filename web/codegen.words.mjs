// Writes the Chinese words of the schema as a table for the pages: what a field, a status, a
// ground is called stands in schema.graphqls and nowhere else.
const chinese = (described) =>
  (described.description ?? '')
    .split(' / ')[0]
    .replace(/（[^）]*[第。，；：][^）]*）/g, '') // a source or an explanation, not part of the name
    .split(/[。；：，]/)[0]
    .trim()

export const plugin = (schema) => {
  const enums = {}
  const fields = {}
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (type.getValues) {
      enums[type.name] = Object.fromEntries(type.getValues().map((value) => [value.name, chinese(value)]))
    } else if (type.getFields && type.getInterfaces && /** @type {any} */ (type).getInterfaces().length > 0) {
      fields[type.name] = Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, chinese(field)]))
    }
  }
  return [
    '// Machine-made from schema.graphqls.',
    `export const enumWords = ${JSON.stringify(enums, null, 1)} as const`,
    ...Object.keys(enums).map((name) => `export type ${name} = keyof typeof enumWords.${name}`),
    `export const fieldWords: Record<string, Record<string, string>> = ${JSON.stringify(fields, null, 1)}`,
  ].join('\n')
}
