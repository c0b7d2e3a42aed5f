package hub

import (
	"errors"
	"fmt"
)

// Code is the stable name of a sort of failure. Callers decide by it; people
// read the message.
type Code string

// The codes. They are part of the contract (extensions.code).
const (
	CodeInvalid         Code = "INVALID"         // the request is wrong and will stay wrong
	CodeUnauthenticated Code = "UNAUTHENTICATED" // the key is missing, unknown or expired
	CodeForbidden       Code = "FORBIDDEN"       // known, but not entitled
	CodeNotFound        Code = "NOT_FOUND"       // no such record, or none that the caller may see
	CodeConflict        Code = "CONFLICT"        // the record moved on since the caller read it
	CodeStale           Code = "STALE"           // the hub has not yet caught up to the asked revision
	CodeBusy            Code = "BUSY"            // try again later
	CodeInternal        Code = "INTERNAL"        // our fault; the cause is in the operator's log

	CodeRateLimited  Code = "RATE_LIMITED"              // too much in too short a time; try again after Retry-After
	CodeNotPersisted Code = "PERSISTED_QUERY_NOT_FOUND" // no document is kept under the hash: send it along
	CodeUntrusted    Code = "DOCUMENT_NOT_TRUSTED"      // the key is bound to other documents
)

// Error is the one error that leaves this package: a code for programs, a
// Chinese sentence that says what to do for people, and for operators the cause.
type Error struct {
	Code    Code
	Field   string // the argument or field at fault, "" when none
	Message string // Chinese; never holds an identity number or a secret
	Cause   error  // nil unless a lower layer failed
}

// Error returns the message, and the cause for operators.
func (e *Error) Error() string {
	s := string(e.Code) + ": " + e.Message
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Invalid says that argument or field is wrong; the message says what to do.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// NotFound says that nothing is there under what was asked for.
func NotFound(format string, args ...any) *Error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf(format, args...)}
}

// Forbidden says that the caller is not entitled, and to whom to turn.
func Forbidden(format string, args ...any) *Error {
	return &Error{Code: CodeForbidden, Message: fmt.Sprintf(format, args...)}
}

// Conflict says that the record is no longer what the caller took it for.
func Conflict(format string, args ...any) *Error {
	return &Error{Code: CodeConflict, Message: fmt.Sprintf(format, args...)}
}

// Internal wraps a fault of ours. op names the operation for the log.
func Internal(op string, cause error) *Error {
	return &Error{Code: CodeInternal, Message: "系统内部出错，已记录。请稍后重试；若仍出现，请把请求编号告知运维人员。", Cause: fmt.Errorf("%s: %w", op, cause)}
}

// CodeOf returns the code of err: that of the [Error] in its chain, else INTERNAL.
// It is "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
