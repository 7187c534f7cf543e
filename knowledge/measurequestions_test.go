package knowledge_test

// Questions to the cards on single measures and on the terms that people ask
// about, as their users might put them.

var englishTopics = []question{
	{"What is retro-commissioning and what does it save?", "retro-commissioning"},
	{"Should ventilation follow the CO2 in the lecture hall?", "demand-controlled-ventilation"},
	{"Can the duct pressure of our VAV system be lowered?", "static-pressure-reset variable-speed-drives"},
	{"Should the supply air be warmer on mild days?", "supply-air-reset"},
	{"Is the building heating and cooling at the same time?", "simultaneous-heating-cooling supply-air-reset"},
	{"The outdoor air damper is stuck", "economiser-faults"},
	{"Can we cool the concrete with night air?", "night-purge"},
	{"Which chilled water temperature should we set?", "water-temperature-reset"},
	{"How many chillers should run at part load?", "chiller-sequencing"},
	{"What is kW per ton?", "chiller-sequencing"},
	{"Why does our condensing boiler not condense?", "condensing-boiler"},
	{"Is a heat pump cheaper than a gas boiler?", "heat-pumps"},
	{"The heat recovery wheel stands still", "heat-recovery"},
	{"How much does a pump save at 80 % speed?", "variable-speed-drives"},
}

var vietnameseTopics = []question{
	{"Tái vận hành thử tòa nhà tiết kiệm được bao nhiêu?", "retro-commissioning"},
	{"Có nên điều chỉnh gió tươi theo CO2 ở giảng đường không?", "demand-controlled-ventilation"},
	{"Giảm áp suất tĩnh ống gió VAV thế nào?", "static-pressure-reset"},
	{"Nhiệt độ gió cấp nên đặt bao nhiêu khi trời mát?", "supply-air-reset"},
	{"Vì sao lò hơi chạy cùng lúc với máy lạnh?", "simultaneous-heating-cooling supply-air-reset"},
	{"Van gió tươi bị kẹt thì sao?", "economiser-faults"},
	{"Thông gió ban đêm để xả nhiệt có hiệu quả không?", "night-purge"},
	{"Nên đặt nhiệt độ nước lạnh bao nhiêu?", "water-temperature-reset"},
	{"Khi non tải nên chạy mấy chiller?", "chiller-sequencing"},
	{"kW trên tấn lạnh là gì?", "chiller-sequencing"},
	{"Nước về của lò hơi ngưng tụ quá nóng", "condensing-boiler"},
	{"Bơm nhiệt có rẻ hơn lò hơi không?", "heat-pumps"},
	{"Bánh xe thu hồi nhiệt không quay", "heat-recovery"},
	{"Lắp biến tần cho quạt tiết kiệm được bao nhiêu?", "variable-speed-drives"},
	{"bien tan cho bom", "variable-speed-drives"},
}
