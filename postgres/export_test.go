package postgres

// What tests of the package's outside need from its inside.
var (
	MigrateTo      = (*Store).migrateTo
	TasksQuery     = tasksQuery
	UnstartedQuery = unstartedQuery
	BacklogQuery   = backlogQuery
	Holding        = (*Store).holding
	PeriodStart    = periodStart
	Reserved       = reserved
)
