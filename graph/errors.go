package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"concord/internal/hub"
)

// presenter returns the one place where errors become what callers see: a stable
// extensions.code, the argument or field at fault, and a Chinese sentence. The
// cause of an INTERNAL one goes to log under the request's id and nowhere else.
func presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		out := &gqlerror.Error{Err: err}
		if from, ok := errors.AsType[*gqlerror.Error](err); ok {
			out.Path, out.Locations = from.Path, from.Locations
		}
		known := explain(err)
		if argument := argumentOf(ctx, out.Path); argument != "" {
			known.Field = argument // where it stands in the document, not what sort of value it is
		}
		if field := graphql.GetFieldContext(ctx); field != nil {
			out.Path = field.Path()
		} else if known.Code == hub.CodeInvalid {
			out.Path = nil // of a variable, not of the answer
		}
		out.Message = withoutInput(known)
		out.Extensions = map[string]any{"code": known.Code}
		if known.Field != "" {
			out.Extensions["field"] = known.Field
		}
		if limit, ok := errors.AsType[*limitError](err); ok {
			out.Extensions["limit"], out.Extensions["max"] = limit.limit, limit.most
		}
		if known.Code == hub.CodeInternal {
			id := caller(ctx).RequestID
			out.Extensions["requestId"] = id
			log.ErrorContext(ctx, "graphql", "request", id, "path", out.Path.String(), "error", err)
		}
		return out
	}
}

// explain finds what an error means to its caller.
func explain(err error) hub.Error {
	if e, ok := errors.AsType[*hub.Error](err); ok {
		return *e
	}
	if e, ok := errors.AsType[*hub.FieldError](err); ok {
		return *hub.Invalid(e.Field, "%s", e.Message)
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return hub.Error{Code: hub.CodeBusy, Message: "处理超时，已中止。请缩小查询范围，或稍后重试。"}
	}
	if e, ok := errors.AsType[*gqlerror.Error](err); ok {
		if code := e.Extensions["code"]; code == errcode.ValidationFailed || code == errcode.ParseFailed {
			path := e.Path
			if len(path) > 0 && e.Message == "unknown field" {
				path = path[:len(path)-1] // its last name is the caller's own
			}
			return hub.Error{Code: hub.CodeInvalid, Message: translated(e), Field: variableOf(path)}
		}
	}
	return *hub.Internal("graphql", err)
}

// argumentOf names the argument at fault: what an error's path has beyond that of
// its field.
func argumentOf(ctx context.Context, path ast.Path) string {
	field := graphql.GetFieldContext(ctx)
	if field == nil {
		return ""
	}
	return dotted(path[min(len(path), len(field.Path())):])
}

// variableOf names the variable at fault, when the path is one of a variable.
func variableOf(path ast.Path) string {
	if len(path) < 2 || path[0] != ast.PathName("variable") {
		return ""
	}
	return "$" + dotted(path[1:])
}

func dotted(path ast.Path) string {
	var names []string
	for _, element := range path {
		if name, ok := element.(ast.PathName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

// recovered turns a panic into an INTERNAL error with the stack for the log.
func recovered(_ context.Context, panicked any) error {
	return hub.Internal("panic", fmt.Errorf("%v\n%s", panicked, debug.Stack()))
}

// translations are what the validator says, as pattern and sentence. Of a document
// they repeat no word but the contract's own: @ is where the fault stands.
var translations = []struct {
	pattern *regexp.Regexp
	chinese string
}{
	{regexp.MustCompile(`^Cannot query field ".*?" on type "(.+?)"`), "类型 $1 没有@所写的字段。请对照接口说明（/explorer）改正。"},
	{regexp.MustCompile(`^Unknown argument ".*?" on field "(.+?)"`), "字段 $1 没有@所写的参数。请对照接口说明（/explorer）改正。"},
	{regexp.MustCompile(`^Unknown argument ".*?" on directive`), "@的指令没有所写的参数。请对照接口说明（/explorer）改正。"},
	{regexp.MustCompile(`^Field "(.+?)" argument "(.+?)" of type "(.+?)" is required`), "字段 $1 缺少必需的参数 $2（$3）。请补上。"},
	{regexp.MustCompile(`^Directive "(.+?)" argument "(.+?)" of type "(.+?)" is required`), "指令 $1 缺少必需的参数 $2（$3）。请补上。"},
	{regexp.MustCompile(`^Field "(.+?)" of type "(.+?)" must have a selection`), "字段 $1（$2）须写明要取的子字段，例如 $1 { … }。"},
	{regexp.MustCompile(`^Field "(.+?)" must not have a selection`), "字段 $1 没有子字段。请去掉其后的花括号。"},
	{regexp.MustCompile(`^Fields ".*?" conflict because `), "@的字段与另一个字段在答案中同名而内容不同。请用别名加以区分。"},
	{regexp.MustCompile(`^Value ".*?" does not exist in "(.+?)" enum`), "@所写的不是 $1 的取值。可用的取值见接口说明中的 $1。"},
	{regexp.MustCompile(`^Enum "(.+?)" cannot represent non-enum value: `), "@需要 $1 的取值。枚举值不加引号，可用的取值见接口说明中的 $1。"},
	{regexp.MustCompile(`^(Int|Float|String|Boolean|ID) cannot represent `), "@需要 $1 类型的值。请按参数的类型填写。"},
	{regexp.MustCompile(`^Expected value of type "(.+?)", found `), "@需要 $1 类型的值。请按参数的类型填写。"},
	{regexp.MustCompile(`^OneOf Input Object "(.+?)" must specify exactly one key`), "$1 须且只能给出一项。"},
	{regexp.MustCompile(`^Field "(.+?)" of required type "(.+?)" was not provided`), "缺少必需的 $1（$2）。请补上。"},
	{regexp.MustCompile(`^Field "(.+?)" must be non-null`), "$1 不能为 null。请给出它的值。"},
	{regexp.MustCompile(`^Field ".*?" is not defined by type "(.+?)"`), "输入类型 $1 没有@所写的字段。请对照接口说明（/explorer）改正。"},
	{regexp.MustCompile(`^Variable ".*?" is not defined`), "@的变量没有声明。请在操作名后的括号里声明它的类型。"},
	{regexp.MustCompile(`^Variable ".*?" is never used`), "@的变量声明后没有使用。请删去。"},
	{regexp.MustCompile(`^Variable ".*?" of type ".*?" used in position expecting type "(.+?)"`), "@的变量与所声明的类型不符，这里需要 $1。请改正声明。"},
	{regexp.MustCompile(`^Variable ".*?" is of type ".*?" but must be non-nullable to be used for OneOf Input Object "(.+?)"`), "@的变量须声明为不可为空（类型后加 !），才能用在 $1 里。"},
	{regexp.MustCompile(`^Variable ".*?" cannot be non-input type`), "@的变量只能是标量、枚举或输入类型。请改正声明。"},
	{regexp.MustCompile(`^Unknown type `), "没有@所写的类型。请对照接口说明（/explorer）改正。"},
	{regexp.MustCompile(`^Unknown fragment `), "没有@所写的片段。请补上它的定义。"},
	{regexp.MustCompile(`^Unknown directive `), "没有@所写的指令。请删去。"},
	{regexp.MustCompile(`^Directive ".*?" may not be used on `), "指令不能用在@。请删去。"},
	{regexp.MustCompile(`^The directive ".*?" can only be used once`), "@的指令重复了。同一处只写一次。"},
	{regexp.MustCompile(`^Fragment ".*?" is never used`), "@的片段定义后没有使用。请删去。"},
	{regexp.MustCompile(`^Fragment.*? cannot condition on non composite type`), "@的片段只能写在对象或接口类型上。请改正。"},
	{regexp.MustCompile(`^Fragment.*? cannot be spread here as objects of type "(.+?)" can never be of type "(.+?)"`), "@的片段用不上：$1 不会是 $2。请删去或改正。"},
	{regexp.MustCompile(`^Cannot spread fragment ".*?" within itself`), "@的片段引用了自身。请改正。"},
	{regexp.MustCompile(`^There can be only one `), "@的名称重复了。请删去或改名。"},
	{regexp.MustCompile(`^This anonymous operation must be the only`), "文档里有多个操作时，每个都须有名称。请给@的操作起名。"},
	{regexp.MustCompile(`must select only one top level field\.$`), "一个订阅须且只能有一个顶层字段，例如 rosterChanged。"},
	{regexp.MustCompile(`must not select an introspection top level field\.$`), "订阅不能取接口说明。请改用查询。"},
	{regexp.MustCompile(`^exceeded token limit of (\d+)`), "查询文档过长，超过 $1 个词元。请缩短文档，列表类的值改用变量传入。"},
	{regexp.MustCompile(`^exceeded maximum nesting depth`), "查询文档嵌套过深。请减少嵌套。"},
	{regexp.MustCompile(`^Maximum introspection depth exceeded`), "自省查询嵌套过深。请减少嵌套。"},
	{regexp.MustCompile(`^no operation provided`), "请求中没有查询。请在 query 中给出查询文档。"},
	{regexp.MustCompile(`^operation .* not found`), "文档中没有要执行的操作。有多个操作时，请用 operationName 指明其一。"},
	{regexp.MustCompile(`^(?:must be defined|cannot be null)$`), "必需的变量没有给出值。"},
	{regexp.MustCompile(`^unknown field$`), "变量中有输入类型所没有的字段。请对照接口说明（/explorer）改正。"},
	{regexp.MustCompile(` is not a valid (\w+)$`), "变量的值不是 $1 的取值。可用的取值见接口说明中的 $1。"},
	{regexp.MustCompile(`^cannot use .+ as (\w+)`), "变量的值不是 $1 类型。请按声明的类型填写。"},
	{regexp.MustCompile(`^must be a (\w+), not a `), "变量的值应为对象 $1。请按声明的类型填写。"},
}

func translated(e *gqlerror.Error) string {
	where := "文档中"
	if len(e.Locations) > 0 {
		where = fmt.Sprintf("第 %d 行第 %d 列", e.Locations[0].Line, e.Locations[0].Column)
	}
	sentence := "查询不符合接口契约。请对照接口说明（/explorer）检查@。"
	if e.Extensions["code"] == errcode.ParseFailed {
		sentence = "查询文档的写法不对。请检查@附近的括号、引号与逗号。"
	}
	for _, t := range translations {
		if m := t.pattern.FindStringSubmatchIndex(e.Message); m != nil {
			sentence = string(t.pattern.ExpandString(nil, t.chinese, e.Message, m))
			break
		}
	}
	return strings.Replace(sentence, "@", where, 1)
}

// typed is how the hub puts into a message what it was given.
var typed = regexp.MustCompile(`“[^”]*”`)

// withoutInput takes it out again. Whoever asks knows what she sent, and an answer
// that repeats it may end up in the log or on the page of somebody else.
func withoutInput(e hub.Error) string {
	if e.Code != hub.CodeInvalid && e.Code != hub.CodeNotFound {
		return e.Message
	}
	return typed.ReplaceAllString(e.Message, "“…”")
}

// present is the one error for a field that the caller sees in no record. The
// data come all the same, with null there.
func (d denial) present(p *hub.Principal) *gqlerror.Error {
	message := fmt.Sprintf("字段 %s 仅数源部门可见，%s看不到，本次返回 null。确需使用的，请向该记录的数源部门提出申请。", d.field, p.Role.Label())
	if d.sharing.Class == hub.Conditional {
		message = fmt.Sprintf("字段 %s 须有授权范围 %s（%s），当前身份（%s）没有，本次返回 null。请由本单位向市人社局申请共享，获批后使用带有该范围的密钥。",
			d.field, d.sharing.Scope, d.sharing.Scope.Label(), p.Role.Label())
	}
	return &gqlerror.Error{
		Message:    message,
		Path:       d.path,
		Extensions: map[string]any{"code": hub.CodeForbidden, "field": d.field},
	}
}
