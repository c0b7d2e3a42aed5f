package sheet

import (
	"errors"
	"path/filepath"

	"concord/internal/hub"
)

// Limits bound what one file may cost.
type Limits struct {
	File       int64  // bytes of the file
	Unpacked   uint64 // bytes of a workbook, all its parts together
	Part       uint64 // bytes of one part of a workbook
	SharedText int    // bytes of the texts that cells of a workbook share; they are held in memory
}

// Local is for files that an operator reads on the machine itself, Online for
// those that arrive over the network: they may not cost much memory, whatever is
// in them.
var (
	Local  = Limits{File: MaxFileSize, Unpacked: 2 << 30, Part: 1 << 30, SharedText: 256 << 20}
	Online = Limits{File: MaxFileSize, Unpacked: 768 << 20, Part: 768 << 20, SharedText: 48 << 20}
)

// OpenAs is [Open] within limits, for a file that has another name on disk than it
// goes by.
func OpenAs(path, name string, kind hub.Kind, limits Limits) (*Reader, error) {
	return openFile(path, filepath.Base(name), kind, limits)
}

// Fault is the stable name of what is wrong with a file as a whole.
type Fault string

// The faults. They are part of the contract of uploads.
const (
	TooLarge    Fault = "FILE_TOO_LARGE"     // more bytes than are taken
	Bomb        Fault = "FILE_UNPACKS_LARGE" // more comes out of it, or more parts, than of any sheet
	Locked      Fault = "FILE_LOCKED"        // needs a password
	WrongFormat Fault = "FILE_FORMAT"        // no sheet, or one of another format than its name says
	Empty       Fault = "FILE_EMPTY"         //
	Damaged     Fault = "FILE_DAMAGED"       // cannot be read to its end
	WrongRoster Fault = "WRONG_ROSTER"       // no headings, or those of another roster
)

// Refusal is an INVALID [hub.Error] with the name of the fault.
type Refusal struct {
	Fault Fault
	Err   *hub.Error
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the error itself.
func (r *Refusal) Unwrap() error { return r.Err }

// FaultOf returns the fault of a file that was refused, "" when err is no refusal.
func FaultOf(err error) Fault {
	if r, ok := errors.AsType[*Refusal](err); ok {
		return r.Fault
	}
	if e, ok := errors.AsType[*hub.Error](err); ok && e.Code == hub.CodeInvalid && e.Field == "file" {
		return Damaged
	}
	return ""
}

// refuse is the error of a file that cannot be read; refuseAs that of one for
// another fault.
func refuse(format string, args ...any) *hub.Error { return hub.Invalid("file", format, args...) }

func refuseAs(fault Fault, format string, args ...any) error {
	return &Refusal{fault, refuse(format, args...)}
}

// RefuseSize is the error of a file that is larger than most bytes.
func RefuseSize(most int64) error {
	return refuseAs(TooLarge, "文件超过上限 %d MiB。请拆成几个文件分别上传。", most>>20)
}
