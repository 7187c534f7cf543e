package temporal

import (
	"net/netip"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
)

const (
	clusterName = "active" // the name that NewNamespaceConfig and the UI expect of a single cluster
	storeName   = "main"
	viewName    = "visibility"

	// historyShards is fixed when a store is created. One is enough for one
	// process, once the poll limits below are raised.
	historyShards = 1
)

// roles are the four parts of a server, each with a gRPC port of its own.
var roles = [...]primitives.ServiceName{
	primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
}

// dynamicSettings fits a server made for clusters to one laptop.
func dynamicSettings() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		// A timer may fire this much late; the default of 1 s would be added to
		// every short sleep, retry and schedule-to-start timeout.
		dynamicconfig.TimerProcessorMaxTimeShift.Key(): 10 * time.Millisecond,
		// 20 a second for each shard by default, and a workflow takes three: it
		// settles a closed loop at 150 ms a workflow instead of 50.
		dynamicconfig.TransferProcessorMaxPollRPS.Key():   1000,
		dynamicconfig.TimerProcessorMaxPollRPS.Key():      1000,
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key(): 1000,
		// One process polls one queue: more partitions only have to forward to
		// each other.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// The Web UI lists more often than the ten a second it is allowed.
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
		// A search attribute can be used as soon as it is registered.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
		// Bounds on memory: the caches are sized for a server of its own.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():     8192,
		dynamicconfig.EventsHostLevelCacheMaxSizeBytes.Key(): 32 << 20,
		// These sweep up after lost machines and large fan-outs twice a day, with
		// workers that the server forgets to stop.
		dynamicconfig.HistoryScannerEnabled.Key():         false,
		dynamicconfig.TaskQueueScannerEnabled.Key():       false,
		dynamicconfig.EnableParentClosePolicyWorker.Key(): false,
		// Nothing leaves this machine.
		dynamicconfig.EnableServerVersionCheck.Key(): false,
	}
}

// serverConfig returns the static configuration for the addresses of roles, in
// their order.
func serverConfig(store storage, addrs []netip.AddrPort) *config.Config {
	services := make(map[string]config.Service, len(roles))
	for i, role := range roles {
		services[string(role)] = config.Service{RPC: config.RPC{
			GRPCPort: int(addrs[i].Port()),
			BindOnIP: addrs[i].Addr().String(),
		}}
	}
	frontend := addrs[0].String()
	return &config.Config{
		Persistence: config.Persistence{
			DefaultStore:     storeName,
			VisibilityStore:  viewName,
			NumHistoryShards: historyShards,
			DataStores: map[string]config.DataStore{
				storeName: {SQL: store.main},
				viewName:  {SQL: store.visibility},
			},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            services,
		PublicClient:        config.PublicClient{HostPort: frontend},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}
}

// staticHosts replaces the gossip by which the parts of a cluster find each
// other, and the ports that it needs.
func staticHosts(addrs []netip.AddrPort) map[primitives.ServiceName]static.Hosts {
	hosts := make(map[primitives.ServiceName]static.Hosts, len(roles))
	for i, role := range roles {
		hosts[role] = static.SingleLocalHost(addrs[i].String())
	}
	return hosts
}
