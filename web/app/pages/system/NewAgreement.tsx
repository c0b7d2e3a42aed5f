import { Link, useNavigate } from 'react-router'
import { graphql } from '../../gql'
import type { AgreementMadeFragment } from '../../gql/graphql'
import { ask } from '../../client/ask'
import { ChangeForm } from '../../parts/ChangeForm'
import { agreementOf, lacksDays, useAgreementFields } from './agreementForm'
import { SystemPage } from './parts'

const create = graphql(`mutation CreateAgreement($input: CreateSharingAgreementInput!) { createSharingAgreement(input: $input) { ...AgreementMade } }`)

export default function NewAgreement() {
  const navigate = useNavigate()
  const fields = useAgreementFields(true)
  return (
    <SystemPage title="登记共享协议" above={<Link to="/system/agreements">← 共享协议</Link>} lead="请照已签的文件填写；登记后，在期限内该单位的密钥和帐号即可读取所列字段。">
      <ChangeForm<AgreementMadeFragment>
        title="协议"
        draft="agreement:new"
        initial={{ agency: '', basis: '', purpose: '', fields: [], from: '', to: '', documentNo: '', document: '', reason: '' }}
        fields={fields}
        submit="登记"
        change={async (values, how) => {
          const missing = lacksDays(values)
          if (missing.length) return { agreement: null, revision: null, userErrors: missing, remarks: [] }
          return (await ask(create, { input: { agency: String(values.agency ?? ''), ...agreementOf(values), ...how } })).createSharingAgreement
        }}
        done={({ agreement }) => void navigate(`/system/agreements/${agreement!.id}`)}
      />
    </SystemPage>
  )
}
