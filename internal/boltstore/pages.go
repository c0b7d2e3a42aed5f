package boltstore

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
)

// bbolt trusts its pages: one that points astray makes it panic or read memory
// that is not there. So a verification first walks over the pages by reading the
// file, where every mistake is only a wrong number. The format, in the byte order
// of the machine:
//
//	page     id 8, flags 2, count 2, overflow 4: further pages that belong to it
//	branch   count × (key's place 4, its size 4, page 8)
//	leaf     count × (flags 4, key's place 4, its size 4, value's size 4)
//	free     count (0xffff: in the first 8 bytes) × page 8
//
// Places count from the element itself. A leaf element with flag 1 is a bucket:
// its value is root page 8, sequence 8, and, when the root page is 0, a page of
// its own.
const (
	pageHeader  = 16
	elementSize = 16

	flagBranch = 0x01
	flagLeaf   = 0x02
	flagFree   = 0x10
)

// pageCheck is one walk over the pages of a file.
type pageCheck struct {
	file     io.ReaderAt
	pageSize int64
	pages    uint64   // in use or free: the high-water mark
	used     []uint64 // bits
	found    func(format string, args ...any)
}

// checkPages reports what is wrong with the pages of a file, as its newest meta
// page sees them.
func checkPages(path string, found func(format string, args ...any)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	first := readMeta(file, 0)
	pageSize := first.pageSize
	if !first.valid {
		pageSize = int64(os.Getpagesize())
	}
	second := readMeta(file, pageSize)
	m := first
	if !first.valid || second.valid && second.txid > first.txid {
		m = second
	}
	if !first.valid || !second.valid {
		found("两个文件头之一已损坏")
	}
	if !m.valid {
		return nil
	}
	c := &pageCheck{file: file, pageSize: m.pageSize, pages: m.pages, used: make([]uint64, m.pages/64+1), found: found}
	c.take(0, 1)
	c.take(1, 1)
	c.tree(m.root, nil, nil, 0)
	c.free(m.free)
	unused := 0
	for id := range m.pages {
		if c.used[id/64]&(1<<(id%64)) == 0 {
			unused++
		}
	}
	if unused > 0 {
		found("有 %d 页既未使用也未登记为空闲", unused)
	}
	return nil
}

// take marks pages as used and reports whether they are there and were not.
func (c *pageCheck) take(id, n uint64) bool {
	if id >= c.pages || n > c.pages-id {
		c.found("第 %d 页超出文件范围", id)
		return false
	}
	for i := id; i < id+n; i++ {
		if c.used[i/64]&(1<<(i%64)) != 0 {
			c.found("第 %d 页被重复使用", i)
			return false
		}
		c.used[i/64] |= 1 << (i % 64)
	}
	return true
}

// read returns a page with its overflow and marks it as used; nil when it is
// wrong.
func (c *pageCheck) read(id uint64) []byte {
	if id >= c.pages {
		c.found("第 %d 页超出文件范围", id)
		return nil
	}
	b, err := c.bytes(id, 1)
	if err == nil {
		if named := binary.NativeEndian.Uint64(b); named != id {
			c.found("第 %d 页的页号写作 %d", id, named)
			return nil
		}
		more := uint64(binary.NativeEndian.Uint32(b[12:]))
		if !c.take(id, 1+more) {
			return nil
		}
		if more > 0 {
			b, err = c.bytes(id, 1+more)
		}
	}
	if err != nil {
		c.found("第 %d 页无法读出：%v", id, err)
		return nil
	}
	return b
}

func (c *pageCheck) bytes(id, n uint64) ([]byte, error) {
	b := make([]byte, int64(n)*c.pageSize)
	_, err := c.file.ReadAt(b, int64(id)*c.pageSize)
	return b, err
}

const deepest = 64

// tree checks a page and all below it. Its keys must lie from least up to, but
// not including, end (nil: any).
func (c *pageCheck) tree(id uint64, least, end []byte, depth int) {
	if depth > deepest {
		c.found("第 %d 页所在的树过深", id)
		return
	}
	if b := c.read(id); b != nil {
		c.node(id, b, least, end, depth)
	}
}

// node checks what stands in a page.
func (c *pageCheck) node(id uint64, b, least, end []byte, depth int) {
	order := binary.NativeEndian
	flags, count := order.Uint16(b[8:]), int(order.Uint16(b[10:]))
	if flags != flagBranch && flags != flagLeaf {
		c.found("第 %d 页的类型 %#x 不对", id, flags)
		return
	}
	if pageHeader+count*elementSize > len(b) {
		c.found("第 %d 页的条目数 %d 不对", id, count)
		return
	}
	type element struct {
		key   []byte
		child uint64
		value []byte
		flags uint32
	}
	elements := make([]element, count)
	for i := range elements {
		at := pageHeader + i*elementSize
		e := b[at : at+elementSize]
		place, size, valueSize := uint64(order.Uint32(e)), uint64(order.Uint32(e[4:])), uint64(0)
		if flags == flagLeaf {
			elements[i].flags = order.Uint32(e)
			place, size, valueSize = uint64(order.Uint32(e[4:])), uint64(order.Uint32(e[8:])), uint64(order.Uint32(e[12:]))
		} else {
			elements[i].child = order.Uint64(e[8:])
		}
		from := uint64(at) + place
		if from+size+valueSize > uint64(len(b)) || place < elementSize {
			c.found("第 %d 页的第 %d 条超出页面", id, i)
			return
		}
		elements[i].key, elements[i].value = b[from:from+size], b[from+size:from+size+valueSize]
		last := least
		if i > 0 {
			last = elements[i-1].key
		}
		switch compared := bytes.Compare(elements[i].key, last); {
		case i > 0 && compared <= 0, i == 0 && compared < 0, end != nil && bytes.Compare(elements[i].key, end) >= 0:
			c.found("第 %d 页的第 %d 条不在其位", id, i)
			return
		}
	}
	for i, e := range elements {
		switch {
		case flags == flagBranch:
			next := end
			if i+1 < count {
				next = elements[i+1].key
			}
			c.tree(e.child, e.key, next, depth+1)
		case e.flags > 1:
			c.found("第 %d 页的第 %d 条类型 %d 不对", id, i, e.flags)
		case e.flags == 1:
			c.bucket(id, e.value, depth)
		}
	}
}

// bucket checks the value of a leaf element that is a bucket.
func (c *pageCheck) bucket(id uint64, value []byte, depth int) {
	if len(value) < 16 {
		c.found("第 %d 页的一个集合不完整", id)
		return
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		c.tree(root, nil, nil, depth+1)
		return
	}
	if inline := value[16:]; len(inline) >= pageHeader {
		c.node(id, inline, nil, nil, depth+1)
	} else {
		c.found("第 %d 页的一个集合不完整", id)
	}
}

// free checks the list of free pages.
func (c *pageCheck) free(id uint64) {
	b := c.read(id)
	if b == nil {
		return
	}
	order := binary.NativeEndian
	if flags := order.Uint16(b[8:]); flags != flagFree {
		c.found("第 %d 页应为空闲页表，其类型为 %#x", id, flags)
		return
	}
	count, list := uint64(order.Uint16(b[10:])), b[pageHeader:]
	if count == 0xffff {
		count, list = order.Uint64(list), list[8:]
	}
	if count > uint64(len(list)/8) {
		c.found("空闲页表的长度 %d 不对", count)
		return
	}
	last := uint64(0)
	for i := range count {
		page := order.Uint64(list[8*i:])
		if page <= last && i > 0 {
			c.found("空闲页表的次序不对，在第 %d 页处", page)
			return
		}
		last = page
		c.take(page, 1)
	}
}
