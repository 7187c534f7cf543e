package engine

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
)

// config is the server's static configuration: one shard, no archive, no
// metrics or profiling port, everything on 127.0.0.1.
func (s *Server) config(ctx context.Context) (*config.Config, *config.SQL, error) {
	sql := s.sqlConfig()
	cfg := &config.Config{
		Global: config.Global{Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: "127.0.0.1"}},
		Persistence: config.Persistence{
			DefaultStore: sqliteplugin.PluginName, VisibilityStore: sqliteplugin.PluginName, NumHistoryShards: 1,
			DataStores: map[string]config.DataStore{sqliteplugin.PluginName: {SQL: sql}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: "active", CurrentClusterName: "active",
			ClusterInformation: map[string]cluster.ClusterInformation{"active": {Enabled: true, InitialFailoverVersion: 1, RPCAddress: s.Address()}},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            map[string]config.Service{},
		Archival:            config.Archival{History: config.HistoryArchival{State: "disabled"}, Visibility: config.VisibilityArchival{State: "disabled"}},
		PublicClient:        config.PublicClient{HostPort: s.Address()},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History: config.HistoryArchivalNamespaceDefaults{State: "disabled"}, Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}
	for _, name := range []string{"frontend", "history", "matching", "worker"} {
		rpc := config.RPC{GRPCPort: s.cfg.Port, BindOnIP: "127.0.0.1"}
		var err error
		if name != "frontend" {
			if rpc.GRPCPort, err = port(ctx, 0, ""); err != nil {
				return nil, nil, fmt.Errorf("a port for temporal's %s: %w", name, err)
			}
		}
		if rpc.MembershipPort, err = port(ctx, 0, ""); err != nil {
			return nil, nil, fmt.Errorf("a port for temporal's %s: %w", name, err)
		}
		cfg.Services[name] = config.Service{RPC: rpc}
	}
	return cfg, sql, nil
}

// settings are the server's dynamic settings. Timers fire up to a second late
// and a shard's queues are polled 20 times a second unless told otherwise.
func settings() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		dynamicconfig.TimerProcessorMaxTimeShift.Key():    10 * time.Millisecond,
		dynamicconfig.TransferProcessorMaxPollRPS.Key():   1000,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():      1000,
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key(): 1000,
	}
}

func describe(namespace string) *workflowservice.DescribeNamespaceRequest {
	return &workflowservice.DescribeNamespaceRequest{Namespace: namespace}
}

// quiet drops what the client says while the server comes up.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
