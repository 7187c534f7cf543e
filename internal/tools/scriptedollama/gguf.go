package scriptedollama

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand"
)

// gguf is a model file in the format of llama.cpp: key-value pairs and tensors
// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
type gguf struct {
	pairs   []pair
	tensors []tensor
}

type pair struct {
	key   string
	value any
}

type tensor struct {
	name string
	dims []int // the fastest one first
	data []float32
	half bool // stored as float16
}

// The type numbers of GGUF.
const (
	typeUint32  = 4
	typeInt32   = 5
	typeFloat32 = 6
	typeBool    = 7
	typeString  = 8
	typeArray   = 9

	tensorFloat32 = 0
	tensorFloat16 = 1

	ggufVersion = 3
	alignment   = 32
)

func (g *gguf) set(key string, value any) { g.pairs = append(g.pairs, pair{key, value}) }

func (g *gguf) add(name string, half bool, data []float32, dims ...int) {
	n := 1
	for _, d := range dims {
		n *= d
	}
	if n != len(data) {
		panic(fmt.Sprintf("tensor %s holds %d values, its dimensions say %d", name, len(data), n))
	}
	g.tensors = append(g.tensors, tensor{name, dims, data, half})
}

// bytes encodes the file.
func (g *gguf) bytes() []byte {
	b := []byte("GGUF")
	b = u32(b, ggufVersion)
	b = u64(b, len(g.tensors))
	b = u64(b, len(g.pairs))
	for _, p := range g.pairs {
		b = appendValue(appendString(b, p.key), p.value)
	}
	offset := 0
	for _, t := range g.tensors {
		b = appendString(b, t.name)
		b = u32(b, len(t.dims))
		for _, d := range t.dims {
			b = u64(b, d)
		}
		kind, size := tensorFloat32, 4
		if t.half {
			kind, size = tensorFloat16, 2
		}
		b = u32(b, kind)
		b = u64(b, offset)
		offset = padded(offset + size*len(t.data))
	}
	b = pad(b)
	for _, t := range g.tensors {
		for _, x := range t.data {
			if t.half {
				b = binary.LittleEndian.AppendUint16(b, float16(x))
			} else {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
			}
		}
		b = pad(b)
	}
	return b
}

func u32(b []byte, n int) []byte { return binary.LittleEndian.AppendUint32(b, uint32(n)) }
func u64(b []byte, n int) []byte { return binary.LittleEndian.AppendUint64(b, uint64(n)) }

func padded(n int) int { return (n + alignment - 1) / alignment * alignment }

func pad(b []byte) []byte { return append(b, make([]byte, padded(len(b))-len(b))...) }

func appendString(b []byte, s string) []byte { return append(u64(b, len(s)), s...) }

func appendValue(b []byte, v any) []byte {
	switch x := v.(type) {
	case uint32:
		return u32(u32(b, typeUint32), int(x))
	case float32:
		return binary.LittleEndian.AppendUint32(u32(b, typeFloat32), math.Float32bits(x))
	case bool:
		b = u32(b, typeBool)
		if x {
			return append(b, 1)
		}
		return append(b, 0)
	case string:
		return appendString(u32(b, typeString), x)
	case []int32:
		b = u64(u32(u32(b, typeArray), typeInt32), len(x))
		for _, n := range x {
			b = binary.LittleEndian.AppendUint32(b, uint32(n))
		}
		return b
	case []string:
		b = u64(u32(u32(b, typeArray), typeString), len(x))
		for _, s := range x {
			b = appendString(b, s)
		}
		return b
	}
	panic(fmt.Sprintf("no GGUF type for %T", v))
}

// float16 rounds to the nearest half-precision number; too small becomes zero,
// too large infinity.
func float16(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits>>16) & 0x8000
	exponent := int(bits>>23&0xff) - 127 + 15
	mantissa := bits & 0x7fffff
	switch {
	case f == 0 || exponent < -10:
		return sign
	case exponent <= 0:
		mantissa |= 0x800000
		shift := uint(14 - exponent)
		return sign | uint16((mantissa+(1<<(shift-1)))>>shift)
	case exponent >= 31:
		return sign | 0x7c00
	}
	return sign | uint16((uint32(exponent)<<10|mantissa>>13)+(mantissa>>12&1))
}

func filled(n int, x float32) []float32 {
	data := make([]float32, n)
	for i := range data {
		data[i] = x
	}
	return data
}

func random(r *rand.Rand, n int, deviation float64) []float32 {
	data := make([]float32, n)
	for i := range data {
		data[i] = float32(r.NormFloat64() * deviation)
	}
	return data
}
