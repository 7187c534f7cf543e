package api

// listOf is a page of a list. NextCursor is empty on the last one.
type listOf[T any] struct {
	Body struct {
		Items      []T    `json:"items"`
		NextCursor string `json:"next_cursor,omitempty"`
	}
}

// page shows up to limit of what was read with a limit of one more: that one
// tells that another page follows. view also returns the id, which is the cursor.
func page[T, V any](read []T, limit int, view func(T) (V, string)) *listOf[V] {
	out, last := &listOf[V]{}, ""
	out.Body.Items = make([]V, min(len(read), limit))
	for i := range out.Body.Items {
		out.Body.Items[i], last = view(read[i])
	}
	if len(read) > limit {
		out.Body.NextCursor = last
	}
	return out
}
