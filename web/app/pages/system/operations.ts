// What the audit calls the operations that were tried: the hub writes down the name of the change.
import { enumWords } from '../../gql/words'

const words: Record<string, string> = {
  SIGN_IN: '登录',
  AMEND: '修改记录',
  RENEW_ALL: '批量续聘',
  MERGE_PERSONS: '合并自然人',
  DECLARE_AVAILABILITY: '登记可否调剂',
  RECORD_PRACTICE: '登记工作机制',
  ADVANCE_AWARD: '办理荣誉',
  REPORT_PROGRESS: '填报进展',
  ACKNOWLEDGE: '签收通报',
  UPLOAD_SHEET: '上传表格',
  CONFIRM_IMPORT: '确认导入',
  CANCEL_IMPORT: '取消导入',
  CORRECTION_RAISE: '提出校核',
  CORRECTION_EXTEND: '延长校核期限',
  CORRECTION_UPHOLD: '采纳并更正',
  CORRECTION_REFUSE: '不予更正',
  CORRECTION_WITHDRAW: '撤回校核',
  CREATE_ACCOUNT: '新建帐号',
  AMEND_ACCOUNT: '修改帐号',
  RESET_PASSWORD: '重设密码',
  END_SESSION: '结束会话',
  CREATE_KEY: '发放密钥',
  REVOKE_KEY: '停用密钥',
  CREATE_AGREEMENT: '登记共享协议',
  AMEND_AGREEMENT: '修改共享协议',
  END_AGREEMENT: '终止共享协议',
  ADD_EVERYDAY_WORD: '新增说法',
  AMEND_EVERYDAY_WORD: '修改说法',
  RETIRE_EVERYDAY_WORD: '停用说法',
}

/** REGISTER_ and RECORD_ go before a kind of record, SECONDMENT_ before a step. */
const families: [prefix: string, verb: string, of: Record<string, string>][] = [
  ['REGISTER_', '登记', enumWords.RecordKind],
  ['RECORD_', '登记', enumWords.RecordKind],
  ['SECONDMENT_', '调剂：', enumWords.SecondmentStep],
]

export function operationWord(name: string): string {
  const known = words[name] ?? (enumWords.Move as Record<string, string>)[name]
  if (known) return known
  for (const [prefix, verb, of] of families) {
    const rest = of[name.slice(prefix.length)]
    if (name.startsWith(prefix) && rest) return verb + rest
  }
  return name
}
