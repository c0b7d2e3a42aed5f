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
  const enumsOf = {}
  const bare = (type) => (type.ofType ? bare(type.ofType) : type)
  const conditional = []
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (type.getValues) {
      enums[type.name] = Object.fromEntries(type.getValues().map((value) => [value.name, chinese(value)]))
    } else if (type.getFields && type.getInterfaces && /** @type {any} */ (type).getInterfaces().length > 0) {
      fields[type.name] = Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, chinese(field)]))
      const ofEnum = Object.values(type.getFields()).filter((field) => bare(field.type).getValues)
      if (ofEnum.length > 0) enumsOf[type.name] = Object.fromEntries(ofEnum.map((field) => [field.name, bare(field.type).name]))
      for (const field of Object.values(type.getFields())) {
        const sharing = field.astNode?.directives?.find((one) => one.name.value === 'sharing')
        if (sharing?.arguments.some(({ value }) => value.value === 'CONDITIONAL')) conditional.push(`${type.name}.${field.name}`)
      }
    }
  }
  return [
    '// Machine-made from schema.graphqls.',
    `export const enumWords = ${JSON.stringify(enums, null, 1)} as const`,
    ...Object.keys(enums).map((name) => `export type ${name} = keyof typeof enumWords.${name}`),
    `export const fieldWords: Record<string, Record<string, string>> = ${JSON.stringify(fields, null, 1)}`,
    '/** Which enum the values of a field are of. */',
    `export const enumOfField: Record<string, Record<string, keyof typeof enumWords>> = ${JSON.stringify(enumsOf, null, 1)}`,
    '/** The fields that agreements open. */',
    `export const conditionalFields: string[] = ${JSON.stringify(conditional)}`,
  ].join('\n')
}
