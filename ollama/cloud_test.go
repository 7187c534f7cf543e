//go:build unix

package ollama

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ollama/ollama/api"

	"github.com/eaio/eaio"
	"github.com/eaio/eaio/internal/faultproxy"
	"github.com/eaio/eaio/internal/tools/scriptedollama"
	"github.com/eaio/eaio/internal/tools/scriptedollama/scriptedtest"
)

// cloudy returns a server that passes the model "elsewhere" on to another one,
// its cloud, and a proxy that counts what reaches the cloud.
func cloudy(t *testing.T, env ...string) (*scriptedollama.Server, *faultproxy.Proxy) {
	t.Helper()
	cloud, err := faultproxy.Start(scriptedtest.Start(t).URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cloud.Close)
	server := scriptedtest.Start(t, append([]string{"OLLAMA_REMOTES=127.0.0.1"}, env...)...)
	u, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	r := &api.CreateRequest{Model: "elsewhere", From: scriptedollama.Honest, RemoteHost: cloud.URL()}
	if err := api.NewClient(u, http.DefaultClient).Create(t.Context(), r, func(api.ProgressResponse) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return server, cloud
}

func TestPrivateStaysHome(t *testing.T) {
	server, cloud := cloudy(t, "OLLAMA_NO_CLOUD=0")
	c := client(t, Config{Host: server.Address()})
	public, private := ask("elsewhere"), ask("elsewhere")
	private.Private = true

	base := cloud.Requests()
	r, err := chat(t, c, private)
	if wantKind(t, err, eaio.KindForbidden); r.Text != "" || cloud.Requests() != base {
		t.Errorf("text %q, %d requests reached the cloud", r.Text, cloud.Requests()-base)
	}
	if r, err = chat(t, c, public); err != nil || r.Text != scriptedollama.HonestReply || cloud.Requests() == base {
		t.Errorf("public: %q, %v, %d requests", r.Text, err, cloud.Requests()-base)
	}

	c.home.learn("elsewhere") // as if the name had meant a model at home a moment ago
	r, err = chat(t, c, private)
	if wantKind(t, err, eaio.KindForbidden); r.Text != "" || err != nil && !strings.Contains(err.Error(), "OLLAMA_NO_CLOUD") {
		t.Errorf("text %q, %v", r.Text, err)
	}

	info, err := c.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range info.Models {
		if m.Remote != (m.Name == "elsewhere:latest") {
			t.Errorf("%+v", m)
		}
	}
}

func TestServerWithoutCloud(t *testing.T) {
	server, cloud := cloudy(t)
	c := client(t, Config{Host: server.Address()})
	base := cloud.Requests()
	_, err := chat(t, c, ask("elsewhere"))
	if wantKind(t, err, eaio.KindForbidden); cloud.Requests() != base {
		t.Errorf("%d requests reached the cloud", cloud.Requests()-base)
	}
}

func TestPrivateNeverLeavesForACloudHost(t *testing.T) {
	server := scriptedtest.Start(t)
	proxy, err := faultproxy.Start(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	q := ask(scriptedollama.Plain)
	q.Private = true
	_, err = chat(t, client(t, Config{Host: proxy.URL(), Cloud: true}), q)
	if wantKind(t, err, eaio.KindForbidden); proxy.Requests() != 0 {
		t.Errorf("%d requests", proxy.Requests())
	}
	_, err = chat(t, client(t, Config{Host: "http://93.184.216.34"}), ask(scriptedollama.Plain))
	wantKind(t, err, eaio.KindForbidden)
}
